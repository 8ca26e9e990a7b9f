from django.core.management.base import BaseCommand, CommandError

from apps.approvals.operations import set_policy
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.money import InvalidAmount, format_amount, parse_amount
from apps.core.permissions import SYSTEM

REST = "rest"


class Command(BaseCommand):
    help = "Set how many people must approve payouts, by amount: set_policy EUR 1000.00=0 10000.00=1 rest=2"

    def add_arguments(self, parser):
        parser.add_argument("currency")
        parser.add_argument("bands", nargs="+", metavar="AMOUNT=APPROVALS", help=f"ascending; the last one is {REST}=…")
        parser.add_argument("--partner", help="id of the platform it is for; without it, every one that has no own")

    def handle(self, *, currency, bands, partner, **options):
        try:
            partner_id = decode("ptn", partner) if partner else None
            parsed = [_band(text, currency) for text in bands]
            policy = set_policy(partner_id, currency, parsed, by=SYSTEM)
        except (DomainError, InvalidAmount, NotAnId) as refusal:
            raise CommandError(str(refusal)) from refusal
        if policy.is_proposed:
            self.stdout.write("Proposed: it is about live money, so somebody who may publish settings decides.")
        for band in policy.content["bands"]:
            amount = f"up to {format_amount(band['up_to'], currency)}" if band["up_to"] else "above"
            self.stdout.write(f"{amount} {currency}: {band['approvals']} approvals")


def _band(text, currency) -> dict:
    amount, _, approvals = text.partition("=")
    if not approvals.isdecimal():
        raise CommandError(f"{text}: write AMOUNT=APPROVALS, such as 1000.00=1 or {REST}=2.")
    return {"up_to": None if amount == REST else parse_amount(amount, currency), "approvals": int(approvals)}
