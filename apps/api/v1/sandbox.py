"""The simulated bank, for keys of sandbox platforms; with any other key these addresses answer like unknown ones."""

from apps.api.doors import NOTHING_HERE, Door, endpoint, own
from apps.api.v1.shapes import CLOCK_ADVANCE, DEPOSIT, NEW_PLATFORM, NOTHING
from apps.core.errors import NotFound
from apps.core.ids import NotAnId, decode
from apps.core.shapes.faults import fault
from apps.partners.models import Partner
from apps.payouts.models import Payout
from apps.sandbox import operations as sandbox
from apps.sandbox.models import OpenedPlatform, PostedScenarios
from apps.sandbox.representation import (
    represent_advance,
    represent_clock,
    represent_deposit,
    represent_platform,
    represent_scenarios,
)
from apps.sandbox.shapes import ADVANCE, SCENARIO, check_outcome, check_scenario


def check_advance(request, document, faults):
    """Note when not exactly one way of saying how far was chosen."""
    if document and not faults and (document["to"] is None) == (document["by_seconds"] is None):
        fault(faults, "", "one-of", "Send either `to` or `by_seconds`.")


class Clock(Door):
    @endpoint("retrieveSandboxClock", "Read the sandbox's clock", permission="sandbox.control", answer="SandboxClock")
    def get(self, request, query):
        """The time at the simulated bank account that your payouts leave from; nobody else's clock moves with it."""
        return represent_clock(sandbox.sandbox_account(request.partner))


class ClockAdvance(Door):
    @endpoint("advanceSandboxClock", "Let time pass in the sandbox", permission="sandbox.control",
              answer="SandboxClock", body=CLOCK_ADVANCE, check=check_advance)  # fmt: skip
    def post(self, request, document):
        """Cut-offs pass, the bank answers and books, and statements are written for every day that goes by."""
        account = sandbox.sandbox_account(request.partner)
        return represent_clock(sandbox.advance_clock(account.pk, by=request.user, **document))


class Deposits(Door):
    @endpoint("createSandboxDeposit", "Let money arrive in the sandbox", permission="sandbox.control",
              answer="SandboxDeposit", status=201, body=DEPOSIT, key_required=True)  # fmt: skip
    def post(self, request, document):
        """
        A transfer arrives on the sandbox's bank account. With your funding reference in its text it becomes your
        balance once the bank has told of it.
        """
        account = sandbox.sandbox_account(request.partner, document["currency"])
        reference = document["reference"] or request.partner.funding_reference
        booking = sandbox.deposit(
            account.pk, document["amount"], reference, by=request.user, debtor_name=document["debtor_name"]
        )
        return represent_deposit(booking)


class Scenarios(Door):
    @endpoint("retrieveSandboxScenario", "Read the scenario file in force", permission="sandbox.control",
              answer="SandboxScenarioInForce")  # fmt: skip
    def get(self, request, query):
        """The last one that you posted."""
        posted = PostedScenarios.objects.filter(book__bank_account__partner=request.partner).order_by("-number").first()
        if posted is None:
            raise NotFound("No scenario file was posted.")
        return represent_scenarios(posted)

    @endpoint("postSandboxScenario", "Have the bank behave by a scenario file", permission="sandbox.control",
              answer="SandboxScenarioInForce", status=201, body=SCENARIO,
              check=lambda request, document, faults: check_scenario(document, faults))  # fmt: skip
    def post(self, request, document):
        """
        It holds for every payment that reaches the bank from now on, until you post another one. The same file and the
        same requests give the same outcomes, whenever they come.
        """
        return represent_scenarios(sandbox.post_scenarios(request.partner, document, by=request.user))


class PayoutAdvance(Door):
    @endpoint("advanceSandboxPayout", "Ask the bank for an outcome of a payout", permission="sandbox.control",
              answer="SandboxAdvanced", body=ADVANCE,
              check=lambda request, document, faults: check_outcome(document, faults))  # fmt: skip
    def post(self, request, document, id):
        """
        The bank is told, and time passes to the payout's next step: to its cut-off, to the end of the bank's day, or by
        a minute for an instant payment. Ask again to go one step further. What becomes of the payout you see by its
        events: it follows from what the bank does.
        """
        payout = own(Payout.objects, request.partner, id)
        return represent_advance(sandbox.advance_payout(payout.pk, **document, by=request.user))


class Platforms(Door):
    @endpoint("openSandboxPlatform", "Open a clean sandbox platform", permission="sandbox.control", status=201,
              answer="SandboxPlatformWithKey", body=NEW_PLATFORM)  # fmt: skip
    def post(self, request, document):
        """
        Another platform with a bank account, a clock and a balance of its own, for one run of your tests. Its payouts
        need no approval. Its key is in this answer and in no other.
        """
        opened = sandbox.open_from_sandbox(request.partner.pk, document["name"], by=request.user)
        row = OpenedPlatform.objects.select_related("partner", "opener").get(pk=opened.partner.pk)
        return represent_platform(row) | {"bank_account": opened.bank_account.public_id, "api_key": opened.token}


class PlatformClosing(Door):
    @endpoint("closeSandboxPlatform", "Close a sandbox platform", permission="sandbox.control",
              answer="SandboxPlatform", body=NOTHING, body_optional=True,
              shows={"status": "closed", "closed_at": "2026-11-30T09:15:00Z"})  # fmt: skip
    def post(self, request, document, id):
        """
        Its keys are refused at once. It is `closed` as soon as no payout of it is under way, else `closing`: ask again
        later. Only the platform that opened it can close it.
        """
        try:
            partner_id = decode(Partner.id_prefix, id)
        except NotAnId:
            raise NotFound(NOTHING_HERE) from None
        return represent_platform(sandbox.close_opened_platform(request.partner.pk, partner_id, by=request.user))
