from apps.api.doors import Door, Pointers, endpoint, own
from apps.api.v1.shapes import RECALL
from apps.payouts import operations as payouts
from apps.payouts.models import Payout
from apps.payouts.representation import represent


class PayoutRecall(Door):
    @endpoint("recallPayout", "Ask for a payout's money back", permission="payouts.cancel_payout", answer="Payout",
              body=RECALL, body_optional=True,
              shows={
                  "status": "sent",
                  "waiting_on": [],
                  "funding": "submitted",
                  "recall": {
                      "id": "rcl_01kb2r7mpsf2v9a4q8m1x6c3zt",
                      "status": "requested",
                      "status_at": "2026-11-30T09:15:00Z",
                      "reason": "Recalled by the platform.",
                      "requested_at": "2026-11-30T09:15:00Z",
                      "answer_due_on": "2026-12-21",
                      "answer": None,
                  },
              })  # fmt: skip
    def post(self, request, document, id):
        """
        For what has left and cannot be cancelled. The recipient's bank may refuse, or not answer for weeks; the payout
        stays as it is, `recall` says how the request stands, and money that comes back makes it `returned`.
        """
        payout = own(Payout.objects, request.partner, id)
        with Pointers(nowhere=True):
            [payout] = payouts.request_recalls([payout.pk], by=request.user, reason=document["reason"])
        return represent(payout)
