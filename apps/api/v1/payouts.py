from apps.api.doors import Door, Pointers, endpoint, own
from apps.api.pagination import PagedQuery, page
from apps.api.v1.events import represent_events
from apps.api.v1.shapes import CANCELLATION
from apps.audit.evidence import evidence_of
from apps.core.shapes.fields import Choice, Identifier, Text, Timestamp
from apps.events.models import Event
from apps.payouts import operations as payouts
from apps.payouts.explain import explain
from apps.payouts.listing import near
from apps.payouts.models import Payout
from apps.payouts.representation import represent
from apps.payouts.shapes import NEW_PAYOUT, check_payouts, payout_draft
from apps.payouts.states import State


def check_payout(request, document, faults):
    """Note what no single field of a payout can see."""
    check_payouts(request.partner, [document], [""], faults)


class Payouts(Door):
    @endpoint("listPayouts", "List payouts", permission="payouts.view_payout", answer="PayoutList",
              query=PagedQuery(
                  status=Choice(*State.values, required=False),
                  reference=Text("Your own name for the payout.", max_length=35, required=False),
                  batch=Identifier("bat", "Payouts of this batch.", required=False),
                  recipient=Identifier("rcp", "Payouts to this recipient.", required=False),
                  created_from=Timestamp("Created at this moment or later.", required=False),
                  created_before=Timestamp("Created before this moment.", required=False),
              ))  # fmt: skip
    def get(self, request, query):
        """The newest first."""
        equal = {name: query[name] for name in ("status", "reference", "batch", "recipient") if query[name] is not None}
        rows = Payout.objects.with_facts().filter(partner_id=request.partner.pk, **equal)
        # The bounds of the id, which begins with the time, let the index skip what lies far from them.
        if query["created_from"] is not None:
            rows = rows.filter(created_at__gte=query["created_from"], pk__gte=near(query["created_from"], before=True))
        if query["created_before"] is not None:
            rows = rows.filter(created_at__lt=query["created_before"], pk__lt=near(query["created_before"]))
        return page(request, rows, query, represent_payouts)

    @endpoint("createPayout", "Create a payout", permission="payouts.create_payout", answer="Payout", status=201,
              body=NEW_PAYOUT, check=check_payout, key_required=True)  # fmt: skip
    def post(self, request, document):
        """
        Accepted, screened, reserved and put before its approvers in one go: the answer's `status` and `waiting_on`
        already say where it stands.
        """
        with Pointers(single=True):
            [payout] = payouts.create_payouts(request.partner.pk, [payout_draft(document)], by=request.user)
        return represent(payout)


class OnePayout(Door):
    @endpoint("retrievePayout", "Retrieve a payout", permission="payouts.view_payout", answer="Payout")
    def get(self, request, query, id):
        """With everything it waits for."""
        return represent(own(Payout.objects.with_facts(), request.partner, id))


class PayoutExplanation(Door):
    @endpoint("explainPayout", "Explain a payout", permission="payouts.view_payout", answer="PayoutExplanation")
    def get(self, request, query, id):
        """Why it is where it is: whom it waits for, since when, until when, by which rule, and what would unblock it."""
        return explain(own(Payout.objects.with_facts(), request.partner, id))


class PayoutEvents(Door):
    @endpoint("listPayoutEvents", "List a payout's events", permission="payouts.view_payout", answer="EventList",
              query=PagedQuery())  # fmt: skip
    def get(self, request, query, id):
        """Its whole history, the oldest first."""
        payout = own(Payout.objects, request.partner, id)
        rows = Event.objects.filter(subject=payout.public_id, partner_id=request.partner.pk)
        return page(request, rows, query, represent_events, newest_first=False)


class PayoutEvidence(Door):
    @endpoint("retrievePayoutEvidence", "Read a payout's evidence", permission="payouts.view_payout",
              answer="PayoutEvidence")  # fmt: skip
    def get(self, request, query, id):
        """
        What proves where it stands: each attempt with the digest of the file that the bank was given, the lines of
        statements that were matched to it, and everything it has done to the books.
        """
        return evidence_of(own(Payout.objects, request.partner, id))


class PayoutCancellation(Door):
    @endpoint("cancelPayout", "Cancel a payout", permission="payouts.cancel_payout", answer="Payout",
              body=CANCELLATION, body_optional=True,
              shows={"status": "cancelled", "waiting_on": [], "funding": "released"})  # fmt: skip
    def post(self, request, document, id):
        """Works until the payout leaves for the bank; what was reserved is free again at once."""
        payout = own(Payout.objects, request.partner, id)
        with Pointers(nowhere=True):
            [payout] = payouts.cancel_payouts([payout.pk], by=request.user, reason=document["reason"])
        return represent(payout)


def represent_payouts(rows) -> list[dict]:
    """Return the public shape of payouts that were loaded with their facts."""
    return [represent(payout) for payout in rows]
