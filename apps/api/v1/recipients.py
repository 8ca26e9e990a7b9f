from apps.api.doors import Door, Pointers, endpoint, own
from apps.api.pagination import PagedQuery, page
from apps.api.v1.shapes import NOTHING, RETIREMENT, WITHDRAWAL
from apps.core.database import database_now
from apps.core.errors import Conflict, Invalid
from apps.core.shapes.fields import Choice, Text
from apps.payouts import operations as payouts
from apps.recipients import operations as recipients
from apps.recipients.iban import mask_account
from apps.recipients.models import MethodChange, PayoutMethodVersion, Recipient
from apps.recipients.operations import CannotDecideChange
from apps.recipients.representation import represent, represent_version
from apps.recipients.shapes import NEW_METHOD, NEW_RECIPIENT, RECIPIENT_CHANGE, facts, method_draft, recipient_draft
from apps.recipients.verification import checks_of, rails_reaching

VIEW = "recipients.view_recipient"
CREATE = "recipients.create_recipient"


class HasNoMethod(Conflict):
    """The recipient has no account yet, so there is nothing to look at."""

    code = "has-no-method"
    title = "There is no account"
    cure = "Give the recipient an account first: POST /recipients/{id}/method."


class Recipients(Door):
    @endpoint("listRecipients", "List recipients", permission=VIEW, answer="RecipientList",
              query=PagedQuery(
                  reference=Text("Your own name for the recipient.", max_length=64, required=False),
                  status=Choice("active", "retired", required=False),
              ))  # fmt: skip
    def get(self, request, query):
        """The newest first."""
        rows = Recipient.objects.filter(partner_id=request.partner.pk)
        filters = {name: query[name] for name in ("reference", "status") if query[name] is not None}
        return page(request, rows.filter(**filters), query, represent_all)

    @endpoint("createRecipient", "Create a recipient", permission=CREATE, answer="Recipient", status=201,
              body=NEW_RECIPIENT, tagged=True)  # fmt: skip
    def post(self, request, document):
        """With its payout method, or without one for now. Account numbers are encrypted and shown masked ever after."""
        with Pointers(single=True):
            [recipient] = recipients.create_recipients(request.partner.pk, [recipient_draft(document)], by=request.user)
        return represent(recipient, recipient.version, recipient.method_version)


class RecipientCheck(Door):
    @endpoint("checkRecipient", "Check a recipient without keeping it", permission=CREATE, answer="RecipientCheck",
              body=NEW_RECIPIENT)  # fmt: skip
    def post(self, request, document):
        """
        The body of a new recipient, judged by the same rules: every fault at once, or which rails would reach it. Nothing
        is kept.
        """
        draft = recipient_draft(document)
        with Pointers(single=True):
            checked = recipients.check_drafts(request.partner.pk, [draft])
            if checked.faults:
                raise Invalid(errors=checked.faults)
        [account] = checked.accounts
        holder = draft.method.holder_name or draft.name if draft.method else draft.name
        reaching = rails_reaching(request.partner, draft.method.currency, account[0][:2], holder) if account else []
        return {
            "object": "recipient_check",
            "name": draft.name,
            "account": mask_account(account[0]) if account else None,
            "rails": reaching,
        }


class OneRecipient(Door):
    @endpoint("retrieveRecipient", "Retrieve a recipient", permission=VIEW, answer="Recipient", tagged=True)
    def get(self, request, query, id):
        """In its newest version, with its newest method."""
        [shown] = represent_all([own(Recipient.objects, request.partner, id)])
        return shown

    @endpoint("updateRecipient", "Change a recipient", permission=CREATE, answer="Recipient", body=RECIPIENT_CHANGE,
              tagged=True, if_match=True)  # fmt: skip
    def patch(self, request, document, id):
        """
        What differs makes the next version; payouts already made keep the version they were made with. Where the recipient
        is paid is changed by `POST /recipients/{id}/method`.
        """
        recipient = own(Recipient.objects, request.partner, id)
        recipient = recipients.update_recipient(
            recipient.pk, facts(document), by=request.user, expected=request.revision
        )
        return represent(recipient, recipient.version, recipient.method_version)


class RecipientRetirement(Door):
    @endpoint("retireRecipient", "Retire a recipient", permission=CREATE, answer="Recipient", body=RETIREMENT,
              body_optional=True, tagged=True,
              shows={"status": "retired"})  # fmt: skip
    def post(self, request, document, id):
        """No new payouts are made to it, for good. Payouts that exist go on; cancel those you do not want."""
        recipient = own(Recipient.objects, request.partner, id)
        recipient = recipients.retire_recipient(recipient.pk, by=request.user, reason=document["reason"])
        return represent(recipient, recipient.version, recipient.method_version)


class RecipientVerification(Door):
    @endpoint("verifyRecipient", "Verify where a recipient is paid", permission=VIEW, answer="RecipientVerification",
              body=NOTHING, body_optional=True)  # fmt: skip
    def post(self, request, document, id):
        """
        Looks at the newest account once more: whether it can be right, whether it may be used by now, and which rails reach
        it today. A check that nobody can make says `unavailable`; nothing is guessed.
        """
        recipient = own(Recipient.objects, request.partner, id)
        [[_, _, methods]] = recipients.payees(request.partner.pk, [recipient.pk]).values()
        method = next(iter(methods.values()), None)
        if method is None:
            raise HasNoMethod()
        now = database_now()
        return {
            "object": "recipient_verification",
            "recipient": recipient.public_id,
            "method": method.method.public_id,
            "version": method.number,
            "checks": checks_of(method, now),
            "rails": rails_reaching(request.partner, method.currency, method.country, method.holder_name),
            "verified_at": now.isoformat(),
        }


class RecipientMethods(Door):
    @endpoint("listRecipientMethods", "List a recipient's accounts", permission=VIEW, answer="PayoutMethodVersionList",
              query=PagedQuery())  # fmt: skip
    def get(self, request, query, id):
        """Every version there was, the newest first, each with how its change stands."""
        recipient = own(Recipient.objects, request.partner, id)
        rows = PayoutMethodVersion.objects.filter(method__recipient=recipient.pk).select_related("method", "change")
        return page(request, rows, query, lambda found: [represent_version(row) for row in found])


class RecipientMethod(Door):
    @endpoint("changeRecipientMethod", "Give a recipient another bank account", permission="recipients.change_method",
              answer="Recipient", status=201, body=NEW_METHOD)  # fmt: skip
    def post(self, request, document, id):
        """
        A first account is usable at once. Another one is `proposed` (`method_change`): a second person of the house has to
        confirm it, and it rests until `usable_from` besides. Payouts made meanwhile are made to it and wait; if it is
        refused, they end as `rejected` and the account before counts again. Payouts already made keep the account they
        were made for. While one change waits, no other is taken.
        """
        recipient = own(Recipient.objects, request.partner, id)
        with Pointers(strip="/method"):
            recipient = recipients.change_method(recipient.pk, method_draft(document), by=request.user)
        return represent(recipient, recipient.version, recipient.method_version)


class MethodWithdrawal(Door):
    @endpoint("withdrawRecipientMethod", "Take another bank account back", permission="recipients.change_method",
              answer="Recipient", body=WITHDRAWAL, body_optional=True)  # fmt: skip
    def post(self, request, document, id):
        """
        While it waits for a second person. Payouts made to it end as `rejected`; the account before counts again.
        """
        recipient = own(Recipient.objects, request.partner, id)
        change = MethodChange.objects.open().filter(method__recipient=recipient).first()
        if change is None:
            raise CannotDecideChange("No change of this recipient's account waits.", code="no-change-waits")
        with Pointers(nowhere=True):
            payouts.decide_method_change(change.pk, by=request.user, decision="withdraw", reason=document["reason"])
        [shown] = represent_all([recipient])
        return shown


def represent_all(rows) -> list[dict]:
    """Return the public shape of a partner's recipients in their newest versions, in a constant number of queries."""
    if not rows:
        return []
    found = recipients.payees(rows[0].partner_id, [row.pk for row in rows])
    return [_represent(*found[row.pk]) for row in rows]


def _represent(recipient, version, methods):
    return represent(recipient, version, next(iter(methods.values()), None))
