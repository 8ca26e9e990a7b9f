from apps.api.doors import Door, Pointers, endpoint, own
from apps.api.pagination import PagedQuery, page
from apps.api.v1.shapes import WITHDRAWAL
from apps.core.shapes.fields import Choice, Text
from apps.payouts import operations as payouts
from apps.recipients import operations as recipients
from apps.recipients.models import MethodChange, Recipient
from apps.recipients.operations import CannotDecideChange
from apps.recipients.representation import represent
from apps.recipients.shapes import NEW_METHOD, NEW_RECIPIENT, method_draft, recipient_draft


class Recipients(Door):
    @endpoint("listRecipients", "List recipients", permission="recipients.view_recipient", answer="RecipientList",
              query=PagedQuery(
                  reference=Text("Your own name for the recipient.", max_length=64, required=False),
                  status=Choice("active", "retired", required=False),
              ))  # fmt: skip
    def get(self, request, query):
        """The newest first."""
        rows = Recipient.objects.filter(partner_id=request.partner.pk)
        filters = {name: query[name] for name in ("reference", "status") if query[name] is not None}
        return page(request, rows.filter(**filters), query, represent_all)

    @endpoint("createRecipient", "Create a recipient", permission="recipients.create_recipient", answer="Recipient",
              status=201, body=NEW_RECIPIENT)  # fmt: skip
    def post(self, request, document):
        """With its payout method, or without one for now. Account numbers are encrypted and shown masked ever after."""
        with Pointers(single=True):
            [recipient] = recipients.create_recipients(request.partner.pk, [recipient_draft(document)], by=request.user)
        return represent(recipient, recipient.version, recipient.method_version)


class OneRecipient(Door):
    @endpoint("retrieveRecipient", "Retrieve a recipient", permission="recipients.view_recipient", answer="Recipient")
    def get(self, request, query, id):
        """In its newest version, with its newest method."""
        [shown] = represent_all([own(Recipient.objects, request.partner, id)])
        return shown


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
