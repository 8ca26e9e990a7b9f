"""
Magic amounts: what an integrator pays to see the bank refuse, return, delay or lose a payment.

A scenario is chosen by the last five digits of the amount in minor units, 70701 to 70799: EUR 707.01, 1,707.01 and
12,707.01 are the same scenario. These endings are rare on purpose. No price ends in them by custom, and of evenly
spread amounts two in ten thousand do. Every other amount is paid without incident.

Payments in files and instant payments have scenarios of their own: 70701 to 70740 are for files, 70741 to 70799 for
instant payments. Each kind of payment takes the other's endings for ordinary amounts.
"""

from dataclasses import dataclass

MODULUS = 100_000


@dataclass(frozen=True)
class Scenario:
    """What the bank does with a payment of one magic amount."""

    ending: int
    code: str
    effect: str
    title: str
    reason: str = ""
    banking_days: int = 0

    @property
    def example(self) -> str:
        """Return the smallest amount that chooses this scenario, as text."""
        return f"{self.ending // 100}.{self.ending % 100:02d}"


REFUSE = "refuse"
REFUSE_FILE = "refuse_file"
RETURN = "return"
RETURN_UNNAMED = "return_unnamed"
BOOK_SINGLY = "book_singly"
BOOK_LATE = "book_late"
REFUSE_AND_PAY = "refuse_and_pay"
ANSWER_LATE = "answer_late"
NO_ANSWER = "no_answer"
LOSE = "lose"

SCENARIOS = {
    scenario.ending: scenario
    for scenario in (
        Scenario(70701, "refused_closed_account", REFUSE, "Refused in pain.002: the account is closed.", "AC04"),
        Scenario(70702, "refused_unknown_account", REFUSE, "Refused in pain.002: no such account.", "AC01"),
        Scenario(70703, "refused_no_funds", REFUSE, "Refused in pain.002: not enough money on the account.", "AM04"),
        Scenario(70704, "refused_bank_code", REFUSE, "Refused in pain.002: the bank code is wrong.", "RC01"),
        Scenario(70705, "refused_no_reason", REFUSE, "Refused in pain.002: the bank gives no reason.", "MS03"),
        Scenario(70711, "returned_closed_account", RETURN, "Paid, returned: the account is closed.", "AC04", 1),
        Scenario(70712, "returned_deceased", RETURN, "Paid, returned: the account holder has died.", "MD07", 1),
        Scenario(70713, "returned_no_reason", RETURN, "Paid, returned: the bank gives no reason.", "MS03", 1),
        Scenario(70714, "returned_late", RETURN, "Paid, returned five banking days later.", "AC04", 5),
        Scenario(70715, "returned_unnamed", RETURN_UNNAMED, "Paid, returned without its references.", "MS03", 1),
        Scenario(70716, "returned_same_day", RETURN, "Paid, returned on the same banking day.", "AC01"),
        Scenario(70721, "booked_singly", BOOK_SINGLY, "Paid, as a line of its own beside the file's batch line."),
        Scenario(70731, "answered_late", ANSWER_LATE, "The file's pain.002 comes one banking day late.", "", 1),
        Scenario(70732, "not_answered", NO_ANSWER, "The file gets no pain.002; it is paid all the same."),
        Scenario(70733, "lost", LOSE, "The file gets no pain.002 and is never paid."),
        Scenario(70734, "file_refused", REFUSE_FILE, "The whole file is refused in pain.002.", "FF10"),
    )
}

UNUSUAL = {
    scenario.ending: scenario
    for scenario in (
        Scenario(70708, "refused_late", REFUSE, "Refused, by a pain.002 one banking day late.", "AC04", 1),
        Scenario(70709, "refused_and_paid", REFUSE_AND_PAY, "Refused in pain.002, and paid all the same.", "AC04"),
        Scenario(70722, "booked_late", BOOK_LATE, "Paid one banking day late, as after a missed cut-off.", "", 1),
    )
}
"""What a bank does so late, or so wrongly, that people have to look into it; chosen by amounts as well."""

ORDINARY = Scenario(0, "", "", "Paid without incident.")


def scenario_for(amount: int) -> Scenario:
    """Return the scenario that an amount in minor units chooses; `ORDINARY` for nearly all."""
    ending = amount % MODULUS
    return SCENARIOS.get(ending) or UNUSUAL.get(ending, ORDINARY)


LOST_REQUEST, LOST_ANSWER, SLOW, CUT_SHORT = "lost_request", "lost_answer", "slow", "cut_short"
SERVER_ERROR, GARBAGE, PENDING = "server_error", "garbage", "pending"
TWICE, REORDERED, NEVER = "twice", "reordered", "never"
GRANTED, DENIED, IGNORED = "granted", "denied", "ignored"
_DAY = 24 * 3600


@dataclass(frozen=True)
class InstantScenario:
    """
    What the bank does with an instant payment of one magic amount.

    `trouble` befalls the first call alone; `is_done` tells whether the bank has taken the payment in spite of it.
    `executed_after_seconds` counts from that call, `returned_after_seconds` from the execution.
    """

    ending: int
    code: str
    title: str
    reason: str = ""
    trouble: str = ""
    is_done: bool = True
    executed_after_seconds: int = 0
    returned_after_seconds: tuple[int, ...] = ()
    returned_short_by: int = 0
    notices: str = ""
    recall: str = DENIED
    is_refused_and_paid: bool = False

    example = Scenario.example


_LATE, _PENDING = 45, 30
INSTANT_SCENARIOS = {
    scenario.ending: scenario
    for scenario in (
        InstantScenario(70741, "instant_refused_closed_account", "Refused: the account is closed.", "AC04"),
        InstantScenario(70742, "instant_refused_unknown_account", "Refused: no such account.", "AC01"),
        InstantScenario(70743, "instant_refused_timeout", "Refused: the recipient's bank was too slow.", "AB05"),
        InstantScenario(
            70744, "instant_refused_unheard", "Refused (AC04), but the answer is lost.", "AC04", LOST_ANSWER
        ),
        InstantScenario(70751, "instant_answer_lost", "Paid, but the answer is lost.", trouble=LOST_ANSWER),
        InstantScenario(70752, "instant_request_lost", "The request is lost.", trouble=LOST_REQUEST, is_done=False),
        InstantScenario(
            70753,
            "instant_paid_late",
            f"No answer; paid {_LATE} seconds later, if a query would show it by then.",
            trouble=LOST_ANSWER,
            executed_after_seconds=_LATE,
        ),
        InstantScenario(
            70754, "instant_slow", "Paid; the answer comes when nobody waits for it any more.", trouble=SLOW
        ),
        InstantScenario(
            70755, "instant_error", "Answered with status 500; nothing is paid.", trouble=SERVER_ERROR, is_done=False
        ),
        InstantScenario(70756, "instant_error_paid", "Answered with status 500, and paid.", trouble=SERVER_ERROR),
        InstantScenario(70757, "instant_garbage", "Paid; the answer cannot be read.", trouble=GARBAGE),
        InstantScenario(70758, "instant_cut_short", "Paid; the answer ends in its middle.", trouble=CUT_SHORT),
        InstantScenario(
            70759,
            "instant_pending",
            f"Accepted as pending; paid {_PENDING} seconds later.",
            trouble=PENDING,
            executed_after_seconds=_PENDING,
        ),
        InstantScenario(
            70761, "instant_notified_twice", "Paid; the notification (camt.054) comes twice.", notices=TWICE
        ),
        InstantScenario(
            70762,
            "instant_notices_reordered",
            "Paid, returned five seconds later; the notification of the return comes first.",
            "AC04",
            returned_after_seconds=(5,),
            notices=REORDERED,
        ),
        InstantScenario(70763, "instant_not_notified", "Paid; only the day's statement tells of it.", notices=NEVER),
        InstantScenario(
            70771, "instant_returned", "Paid, returned five seconds later.", "AC04", returned_after_seconds=(5,)
        ),
        InstantScenario(
            70772, "instant_returned_next_day", "Paid, returned a day later.", "MD07", returned_after_seconds=(_DAY,)
        ),
        InstantScenario(
            70773, "instant_returned_late", "Paid, returned 60 days later.", "MS03", returned_after_seconds=(60 * _DAY,)
        ),
        InstantScenario(
            70774,
            "instant_returned_short",
            "Paid, returned five seconds later without 5.00, a fee of the recipient's bank.",
            "AC04",
            returned_after_seconds=(5,),
            returned_short_by=500,
        ),
        InstantScenario(
            70775,
            "instant_returned_twice",
            "Paid, returned five seconds later, and by mistake once more.",
            "AC04",
            returned_after_seconds=(5, 10),
        ),
        InstantScenario(70781, "instant_recall_granted", "Paid; a recall brings the money back.", recall=GRANTED),
        InstantScenario(70782, "instant_recall_ignored", "Paid; a recall is never answered.", recall=IGNORED),
    )
}
INSTANT_UNUSUAL = {
    70745: InstantScenario(
        70745, "instant_refused_and_paid", "Refused, and paid all the same.", "AC04", is_refused_and_paid=True
    ),
}
INSTANT_ORDINARY = InstantScenario(0, "", "Paid without incident; a recall is refused.")


def instant_scenario_for(amount: int) -> InstantScenario:
    """Return the scenario that the amount of an instant payment chooses; `INSTANT_ORDINARY` for nearly all."""
    ending = amount % MODULUS
    return INSTANT_SCENARIOS.get(ending) or INSTANT_UNUSUAL.get(ending, INSTANT_ORDINARY)


def markdown_table(scenarios=SCENARIOS) -> str:
    """Return scenarios as a table for the integrators' documentation."""
    rows = [
        f"| …{s.example} | `{s.code}` | {s.title} | {f'`{s.reason}`' if s.reason else ''} |"
        for s in sorted(scenarios.values(), key=lambda scenario: scenario.ending)
    ]
    return "\n".join(["| amount ends in | scenario | what the bank does | reason code |", "|---|---|---|---|", *rows])
