"""
The command `payouts`.

Exit codes: 0 done, 1 the portal refused or what was wanted did not come, 2 the command line is wrong.
"""

import argparse
import json
import os
import sys
import time
from urllib.parse import urlsplit

from payouts_cli import listening, triggering
from payouts_cli.portal import Portal, Refused, Unreachable

POLL_SECONDS = 1.0


def main(arguments=None) -> int:
    """Do what the command line says; return the exit code."""
    options = _parser().parse_args(arguments)
    key = os.environ.get("PAYOUTS_KEY", "")
    if not key:
        print("Set PAYOUTS_KEY to a key of your platform.", file=sys.stderr)
        return 2
    portal = Portal(os.environ.get("PAYOUTS_API", "http://127.0.0.1:8000/api/v1"), key)
    try:
        return options.run(portal, options)
    except (Refused, Unreachable) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # whoever read the output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser():
    parser = argparse.ArgumentParser(prog="payouts", description="The Payouts Portal for developers of platforms.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    listen = commands.add_parser("listen", help="bring events to a receiver on this machine, signed as webhooks are")
    listen.add_argument(
        "--forward-to", required=True, type=_local, metavar="URL", help="such as http://localhost:9000/hooks"
    )
    listen.add_argument(
        "--secret", type=_secret, metavar="whsec_…", help="sign with this one; a new one is printed unless said"
    )
    listen.set_defaults(run=_listen)

    events = commands.add_parser("events", help="read events").add_subparsers(required=True, metavar="COMMAND")
    tail = events.add_parser("tail", help="print events as they happen")
    tail.add_argument("--json", action="store_true", help="print each whole, one in a line")
    tail.set_defaults(run=_tail)
    for command in (listen, tail):
        command.add_argument(
            "--after", metavar="evt_…", help="begin after this event; with `start`, at the first; else now"
        )
        command.add_argument("--type", action="append", metavar="TYPE", help="only of this type; may be given again")
        command.add_argument("--once", action="store_true", help="end when there are no more events")

    trigger = commands.add_parser("trigger", help="make a payout in the sandbox and bring it to an outcome")
    trigger.add_argument("outcome", help="such as paid, refused, returned, not_answered; or awaiting_funds, in_review")
    trigger.add_argument("--reason", metavar="CODE", help="reason code of a refusal or return, such as AC04")
    trigger.add_argument("--days", type=int, metavar="N", help="so many banking days later")
    trigger.add_argument("--rail", choices=triggering.RAILS, default=triggering.RAILS[0])
    trigger.add_argument("--amount", default="12.50")
    trigger.add_argument("--name", default="Ada Muster", help="the recipient's; one on the watchlist is reviewed")
    trigger.add_argument("--iban", default="DE75512108001245126199")
    trigger.add_argument("--no-wait", action="store_true", help="ask the bank once, and do not wait for the outcome")
    trigger.add_argument("--seconds", type=float, default=120, help="give up after so long (default 120)")
    trigger.set_defaults(run=_trigger)
    return parser


def _listen(portal, options) -> int:
    secret = options.secret or listening.new_secret()
    print(f"Messages are signed with {secret}", flush=True)
    tell = _tell
    for event in _follow(portal, options):
        if not listening.deliver(event, options.forward_to, secret, tell=tell):
            tell(f"{event['id']} was given up; the next event is sent.")
    return 0


def _tail(portal, options) -> int:
    for event in _follow(portal, options):
        line = (
            json.dumps(event)
            if options.json
            else (
                f"{event['created_at']}  {event['type']:28} {event['subject']} #{event['sequence']}"
                f"  {event['data'].get('status', '')}".rstrip()
            )
        )
        _tell(line)
    return 0


def _trigger(portal, options) -> int:
    wanted = {"outcome": options.outcome}
    wanted |= {"reason": options.reason} if options.reason else {}
    wanted |= {"banking_days": options.days} if options.days is not None else {}
    amount, name = options.amount, options.name
    if options.rail == "sepa_instant":
        amount, name = triggering.magic(wanted, amount, name)
    payout = triggering.create(
        portal,
        amount=amount,
        rail=options.rail,
        name=name,
        iban=options.iban,
        country=options.iban[:2],
        funds=options.outcome != "awaiting_funds",
    )
    _tell(f"{payout['id']}  {payout['status']}  {payout['reference']}")
    if options.outcome in triggering.STANDS:
        return 0 if payout["status"] == options.outcome else 1
    if options.no_wait:
        triggering.one_step(portal, payout, wanted)
        return 0
    payout = triggering.bring(portal, payout, wanted, seconds=options.seconds, tell=_tell)
    if triggering.has_come(payout["status"], options.outcome):
        return 0
    print(f"It is {payout['status']}, and nothing more came.", file=sys.stderr)
    return 1


def _follow(portal, options):
    """Yield events as they happen, from where the options say, for ever or until there are no more."""
    after = options.after
    if after == "start":
        after = None
    elif after is None:
        for event in portal.events():
            after = event["id"]
    while True:
        try:
            for event in portal.events(after):
                after = event["id"]
                if not options.type or event["type"] in options.type:
                    yield event
        except Unreachable as failure:  # it comes back, and nothing is missed
            print(failure, file=sys.stderr, flush=True)
        if options.once:
            return
        time.sleep(POLL_SECONDS)


def _tell(line):
    print(line, flush=True)


def _local(text):
    address = urlsplit(text)
    if address.scheme != "http" or address.hostname not in listening.LOCAL:
        raise argparse.ArgumentTypeError("an address of this machine, such as http://localhost:9000/hooks")
    return text


def _secret(text):
    if not text.startswith("whsec_"):
        raise argparse.ArgumentTypeError("it begins whsec_")
    return text
