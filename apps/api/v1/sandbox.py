"""The simulated bank, for keys of sandbox platforms; with any other key these addresses answer like unknown ones."""

from apps.api.doors import Door, endpoint
from apps.api.v1.shapes import CLOCK_ADVANCE, DEPOSIT
from apps.core.shapes.faults import fault
from apps.sandbox import operations as sandbox
from apps.sandbox.representation import represent_clock, represent_deposit


def check_advance(request, document, faults):
    """Note when not exactly one way of saying how far was chosen."""
    if document and not faults and (document["to"] is None) == (document["by_seconds"] is None):
        fault(faults, "", "one-of", "Send either `to` or `by_seconds`.")


class Clock(Door):
    @endpoint("retrieveSandboxClock", "Read the sandbox's clock", permission="sandbox.control", answer="SandboxClock")
    def get(self, request, query):
        """The time at the simulated bank that your payouts leave from. All sandbox platforms share this bank."""
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
