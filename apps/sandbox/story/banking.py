"""The chapters at the bank: a file at the cut-off, its answer, the statements, and a day that closes at zero."""

import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path

from apps.core.xml import read_root
from apps.sandbox import banking_days
from apps.sandbox.messages import pain001
from apps.sandbox.story import staff
from apps.sandbox.story.asking import euros
from apps.sandbox.story.cast import BATCH, PARTS, UNNAMED_DEPOSIT, UNNAMED_TEXT
from apps.sandbox.story.people import SECOND_TREASURER, TREASURER
from apps.sandbox.story.telling import Broken, wait_until


def begin_day(story):
    """Go to nine o'clock of the next banking day, so that the story has a cut-off ahead of it."""
    today = banking_days.local_day(clock(story))
    day = story.memory.once("first_day", lambda: str(banking_days.after(today, 1)))
    advance(story, date.fromisoformat(day), time(9))
    story.teller.tell(f"The bank's clock stands at nine o'clock on {date.fromisoformat(day):%A, %-d %B %Y}")


def pay_at_once(story):
    """Instant payments leave as they are asked for; the bank's answer about one of them is lost."""
    for part in PARTS:
        if part.is_instant:
            wait_until(f"{part.name} to be sent", lambda p=story.payouts[part.key]["id"]: story.has_reached(p, "sent"))
    unheard = story.payouts["unheard"]["id"]
    types = [event["type"] for event in story.platform.get(f"payouts/{unheard}/events")["data"]]
    story.teller.promise(
        "An answer of the bank is lost: the payout is in doubt until the bank has proved it, and nothing is sent twice",
        types.count("payout.in_doubt") == types.count("payout.submitting") == 1,
        types,
    )


def reach_cut_off(story):
    """At the cut-off one file goes to the bank; the bank takes all payments but one."""
    leaving = [story.payouts[part.key]["id"] for part in PARTS if part.leaves]
    cut_off = max(datetime.fromisoformat(story.platform.get(f"payouts/{payout}")["cut_off_at"]) for payout in leaving)
    advance_to(story, cut_off + timedelta(seconds=5))
    story.teller.tell(f"The cut-off passes: {cut_off.astimezone(banking_days.ZONE):%H:%M on %A}")
    for part in PARTS:
        if part.leaves:
            wanted = "failed" if part.ends == "failed" else "sent"
            wait_until(
                f"{part.name} to be {wanted}",
                lambda p=story.payouts[part.key]["id"], w=wanted: story.has_reached(p, w),
            )
    wait_until("the batch to be sent", lambda: story.batch_is("sent", "paid"))
    _check_payment_file(story)
    refused = story.platform.get(f"payouts/{story.payouts['refused']['id']}")
    story.teller.promise(
        f"pain.002 refuses one payment: {refused['failure']['code']}, {refused['failure']['reason']}",
        refused["failure"]["code"] == "AC04",
        refused["failure"],
    )


def _check_payment_file(story):
    mine = {story.payouts[part.key]["end_to_end_id"] for part in PARTS if part.leaves}
    mine |= {payout["end_to_end_id"] for payout in story.batch_payouts()}
    archive = Path(story.stage.bank_folder) / "to_bank/archive"
    holding = []
    for path in sorted(archive.glob("*.xml")):
        if path.name in story.memory.facts["files_before"]:
            continue
        message = pain001.read(path.read_bytes())
        found = [transfer for transfer in message.transfers if transfer.end_to_end_id in mine]
        if found:
            holding.append((path.name, len(found), sum(transfer.amount for transfer in found)))
    due = sum(part.amount for part in (*PARTS, *BATCH) if part.leaves)
    story.teller.promise(
        f"One pain.001 file went to the bank: {len(mine)} payments, EUR {euros(due)}",
        [(count, total) for _, count, total in holding] == [(len(mine), due)],
        holding,
    )
    story.payment_file = holding[0][0]


def read_statement(story):
    """On the next banking day the statement comes; lines match themselves, or a person says what they are."""
    day = date.fromisoformat(story.memory.facts["first_day"])
    advance(story, banking_days.after(day, 1), time(9))
    story.teller.tell("The night passes, and the bank sends the statement of the day")
    wait_until("the batch to be paid", lambda: story.batch_is("paid"))
    for part in PARTS:
        if part.ends == "paid" or part.key == "returned":
            payout = story.payouts[part.key]["id"]
            wait_until(f"{part.name} to be paid", lambda p=payout: story.has_reached(p, "paid"))
    back = story.payouts["back-at-once"]["id"]
    wait_until("the return of the same day", lambda: story.has_reached(back, "returned"))
    _check_statement(story, day)
    paid = len(BATCH) + sum(part.ends == "paid" for part in PARTS)
    story.teller.promise(
        f"The batch line and the single lines matched themselves; {paid} payouts are proven paid", True
    )
    match_unnamed(story)
    story.teller.promise(
        f"{TREASURER.name} says whose the transfer of EUR {euros(UNNAMED_DEPOSIT)} is, and {SECOND_TREASURER.name} agrees",
        True,
    )


def match_unnamed(story):
    """Two treasurers give the transfers that name nobody to the platform."""
    first, second = story.browser(TREASURER), story.browser(SECOND_TREASURER)
    staff.match_as_funding(first, second, UNNAMED_TEXT, story.stage.platform)


def _check_statement(story, day):
    """The bank's statement holds what the story says, whoever reads it."""
    names = sorted((Path(story.stage.bank_folder) / "from_bank").rglob(f"*camt.053*{day}.xml"))
    if len(names) != 1:
        raise Broken(f"There is not one statement of {day}: {names}")
    entries = list(read_root(names[0].read_bytes()).iter("{*}Ntry"))
    kinds = [entry.findtext("{*}BkTxCd//{*}SubFmlyCd") for entry in entries]
    debits = [entry for entry in entries if entry.findtext("{*}CdtDbtInd") == "DBIT"]
    batches = [entry for entry in debits if entry.find(".//{*}Btch") is not None]
    singles = [entry for entry in debits if entry.find(".//{*}Btch") is None and entry.find(".//{*}TxDtls") is not None]
    story.teller.promise(
        "camt.053 holds a batch booking, single bookings, a fee, funding and a return",
        batches and len(singles) >= 2 and "CHRG" in kinds and "RRTN" in kinds and len(entries) - len(debits) >= 3,
        kinds,
    )


def close_first_day(story):
    close(story, date.fromisoformat(story.memory.facts["first_day"]))


def await_return(story):
    """A day later a payment comes back."""
    day = banking_days.after(date.fromisoformat(story.memory.facts["first_day"]), 1)
    advance(story, banking_days.after(day, 1), time(9))
    back = story.payouts["returned"]["id"]
    wait_until("the return", lambda: story.has_reached(back, "returned"))
    returned = story.platform.get(f"payouts/{back}")
    story.teller.promise(
        f"One more day, and a payment comes back: {returned['failure']['reason']}",
        returned["failure"]["code"] == "AC04",
        returned["failure"],
    )
    close(story, day)


def close(story, day):
    treasurer = story.browser(TREASURER)
    wait_until(f"{day} to be closed", lambda: staff.close_day(treasurer, story.stage.bank_account, day))
    story.teller.promise(f"{day} closes at zero", True)


def clock(story):
    return datetime.fromisoformat(story.platform.get("sandbox/clock")["now"])


def advance(story, day, at):
    advance_to(story, datetime.combine(day, at, banking_days.ZONE))


def advance_to(story, moment):
    """Let time pass until the moment; nothing happens if it has passed already."""
    if clock(story) >= moment:
        return
    status, answer = story.platform.try_post("sandbox/clock/advance", {"to": moment.isoformat()})
    if status >= 300 and clock(story) < moment:
        raise Broken(f"The clock cannot be advanced: {answer}")


def copy_files(story):
    """Keep a copy of every file that was exchanged; return their names."""
    target = story.folder / "files" / story.run
    target.mkdir(parents=True, exist_ok=True)
    copied = []
    for path in sorted(Path(story.stage.bank_folder).rglob("*.xml")):
        if path.name not in story.memory.facts["files_before"]:
            shutil.copyfile(path, target / path.name)
            copied.append(path.name)
    return copied
