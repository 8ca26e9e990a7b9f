from django.contrib import admin
from django.core.exceptions import PermissionDenied

from apps.compliance import operations as compliance
from apps.compliance.models import SHORTEST_REASON, Review
from apps.compliance.queries import evidence, open_reviews
from apps.core.admin import ReadOnlyAdmin, act, page_url
from apps.payouts import operations, queries
from apps.payouts.models import Payout

MOST_SHOWN = 100
MOST_PAYOUTS = 50


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Recipients who resemble somebody on a list. The decision moves payouts, so its door is here."""

    view_permission = "compliance.view_review"
    shows_people = True
    page_template = "admin/compliance/review.html"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        decided = request.GET.get("show") == "decided"
        reviews = list((queries.decided_reviews() if decided else open_reviews())[:MOST_SHOWN])
        waiting = queries.waiting_for_reviews(reviews)
        context = {
            "title": "Reviews",
            "decided": decided,
            "rows": [(review, waiting[review.pk]) for review in reviews],
            "most": MOST_SHOWN,
        }
        return self.render(request, "admin/compliance/queue.html", context)

    def page_rows(self, request):
        return Review.objects.select_related(
            "screening__covered_by", "recipient_version__recipient__partner", "assignee", "decided_by"
        )

    def page_context(self, request, review):
        payouts = Payout.objects.filter(review=review).select_related("partner", "method_version")
        may_decide = request.user.has_perm("compliance.decide_review")
        absent = "" if may_decide else "Only compliance decides."
        if review.status != Review.Status.OPEN:
            absent = f"It is {review.get_status_display().lower()}; a decision is final."
        return {
            "title": f"Review of {review.recipient_version.name}",
            "evidence": evidence(review),
            "payouts": payouts[:MOST_PAYOUTS],
            "totals": queries.by_status(Payout.objects.filter(review=review)),
            "absent": absent,
            "shortest_reason": SHORTEST_REASON,
        }

    def doors(self):
        return [
            self.door("<str:public_id>/decide/", self.decide, "decide"),
            self.door("<str:public_id>/take/", self.take, "take"),
        ]

    def decide(self, request, public_id):
        review = self.row_or_404(public_id)
        decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
        return act(
            request, page_url(review), operations.decide_review, review.pk, decision=decision, reason=reason, done=_decided
        )  # fmt: skip

    def take(self, request, public_id):
        review = self.row_or_404(public_id)
        return act(request, page_url(review), compliance.take_review, review.pk, done="It is yours now.")


def _decided(review) -> str:
    if review.status == Review.Status.CLEARED:
        return "Cleared. The payouts that waited for it go on."
    return "Rejected. The payouts that waited for it have ended; their money is free."
