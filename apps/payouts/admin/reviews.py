from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from apps.compliance import operations as compliance
from apps.compliance.models import SHORTEST_REASON, Review
from apps.compliance.queries import evidence, people_for_reviews
from apps.core import uploads
from apps.core.admin import ReadOnlyAdmin, act, page_url, tell_refusal
from apps.core.database import database_now
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.text import whole_number
from apps.events.catalog import INTERNAL
from apps.events.queries import latest_of, timeline
from apps.payouts import operations, queries, reviewing
from apps.payouts.models import Payout

MOST_SHOWN = 50
MOST_PAYOUTS = 50
MOST_DIGITS = 18


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Recipients who resemble somebody on a list. The decision moves payouts, so its door is here."""

    view_permission = "compliance.view_review"
    shows_people = True
    page_template = "admin/compliance/review.html"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        show, order = request.GET.get("show", ""), request.GET.get("order", "")
        order = order if order in reviewing.ORDERS else "urgency"
        now, decided = database_now(), show == "decided"
        if decided:
            reviews = reviewing.decided_reviews(request.GET.get("before", ""), MOST_SHOWN + 1)
        else:
            reviews = reviewing.open_reviews(show, order, request.user, now, MOST_SHOWN + 1)
        has_more, reviews = len(reviews) > MOST_SHOWN, reviews[:MOST_SHOWN]
        waiting = queries.waiting_for_reviews(reviews)
        context = {
            "title": "Reviews",
            "show": show,
            "decided": decided,
            "order": order,
            "orders": [(name, title) for name, (title, _) in reviewing.ORDERS.items()],
            "shown": reviewing.SHOWN.items(),
            "rows": [(review, waiting[review.pk]) for review in reviews],
            "has_more": has_more,
            "most": MOST_SHOWN,
            "now": now,
        }
        return self.render(request, "admin/compliance/queue.html", context)

    def page_view(self, request, public_id):
        # Read first: what happens while the page is made must not pass for shown.
        request.last_event = latest_of([public_id]).get(public_id)
        return super().page_view(request, public_id)

    def page_rows(self, request):
        return Review.objects.select_related(
            "screening__covered_by", "recipient_version__recipient__partner", "assignee", "decided_by", "proposed_by"
        )

    def page_context(self, request, review):
        payouts = Payout.objects.filter(review=review).select_related("partner", "method_version")
        works = request.user.has_perm("compliance.work_on_review")
        context = {
            "title": f"Review of {review.recipient_version.name}",
            "seen": request.last_event.sequence if request.last_event else 0,
            "now": database_now(),
            "evidence": evidence(review),
            "payouts": payouts[:MOST_PAYOUTS],
            "totals": queries.by_status(Payout.objects.filter(review=review)),
            "shortest_reason": SHORTEST_REASON,
            "works": works,
            "timeline": [(event, INTERNAL.get(event.type, "")) for event in timeline(review.public_id)],
            "questions": review.information_requests.select_related("asked_by"),
            **_decisions(request.user, review),
        }
        if works:
            context["notes"] = review.notes.select_related("author")
            context["attachments"] = review.attachments.select_related("added_by").defer("content")
            context["people"] = people_for_reviews()
        return context

    def doors(self):
        return [
            self.door("<str:public_id>/propose/", self.propose, "propose"),
            self.door("<str:public_id>/decide/", self.decide, "decide"),
            self.door("<str:public_id>/take/", self.take, "take"),
            self.door("<str:public_id>/give/", self.give, "give"),
            self.door("<str:public_id>/note/", self.note, "note"),
            self.door("<str:public_id>/ask/", self.ask, "ask"),
            self.door("<str:public_id>/close/", self.close, "close"),
            self.door("<str:public_id>/attach/", self.attach, "attach"),
            self.door("<str:public_id>/document/", never_cache(self.document), "document"),
        ]

    def propose(self, request, public_id):
        done = "Proposed. An officer decides."
        return self._said(request, public_id, compliance.propose_decision, done)

    def decide(self, request, public_id):
        return self._said(request, public_id, operations.decide_review, _decided)

    def _said(self, request, public_id, operation, done):
        review, form = self.row_or_404(public_id), request.POST
        decision, reason = form.get("decision", ""), form.get("reason", "")
        return act(
            request, page_url(review), operation, review.pk, decision=decision, reason=reason, seen=_seen(form), done=done
        )  # fmt: skip

    def take(self, request, public_id):
        review = self.row_or_404(public_id)
        return act(request, page_url(review), compliance.take_review, review.pk, done="It is yours now.")

    def give(self, request, public_id):
        review, to_id = self.row_or_404(public_id), _id_or_404("usr", request.POST.get("person", ""))
        return act(
            request, page_url(review), compliance.give_review, review.pk, to_id,
            done=lambda given: f"{given.assignee.name} has it now.",
        )  # fmt: skip

    def note(self, request, public_id):
        review, text = self.row_or_404(public_id), request.POST.get("text", "")
        return act(request, page_url(review), compliance.write_note, review.pk, text, done="The note is kept.")

    def ask(self, request, public_id):
        review, form = self.row_or_404(public_id), request.POST
        question, days = form.get("question", ""), whole_number(form.get("days"), MOST_DIGITS) or 0
        return act(
            request, page_url(review), compliance.ask_platform, review.pk, question, days=days,
            done="Asked. The platform is told, and not why.",
        )  # fmt: skip

    def close(self, request, public_id):
        review = self.row_or_404(public_id)
        open_request = review.information_requests.open().first()
        if open_request is None:
            raise Http404
        done = "The question is closed."
        return act(request, page_url(review), compliance.close_information, open_request.pk, done=done)

    def attach(self, request, public_id):
        review, file = self.row_or_404(public_id), request.FILES.get("document")
        name, content = (file.name, file.read(uploads.LARGEST + 1)) if file else ("", b"")
        done = "The document is kept."
        return act(request, page_url(review), compliance.attach_document, review.pk, name, content, done=done)

    def document(self, request, public_id):
        review = self.row_or_404(public_id)
        attachment = review.attachments.filter(pk=_id_or_404("doc", request.POST.get("document", ""))).first()
        if attachment is None:
            raise Http404
        try:
            attachment, content = compliance.open_document(attachment.pk, by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(review))
        headers = {
            "Content-Disposition": content_disposition_header(True, attachment.name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        return HttpResponse(content, content_type=attachment.content_type, headers=headers)


def _decisions(person, review) -> dict:
    """Return what this person may say to the review now, and why not."""
    if review.status != Review.Status.OPEN:
        return {"absent": f"It is {review.get_status_display().lower()}; a decision is final."}
    if not person.has_perm("compliance.work_on_review"):
        return {"absent": "Only compliance decides."}
    is_officer = person.has_perm("compliance.decide_review")
    is_own = review.proposed_by_id in person.people_behind
    not_cleared = ""
    if review.proposed_decision != "clear":
        not_cleared = "Clearing takes two people: somebody else of compliance proposes it first."
    elif is_own:
        not_cleared = "You have proposed to clear, so another officer decides."
    return {
        "absent": "",
        "may_decide": is_officer,
        "may_clear": is_officer and not not_cleared,
        "not_cleared": not_cleared if is_officer else "A compliance officer decides what you propose.",
    }


def _seen(form) -> int:
    """Return the number of the last event that the form showed; what cannot be read was not seen."""
    return whole_number(form.get("seen"), MOST_DIGITS) or 0


def _id_or_404(prefix, text):
    try:
        return decode(prefix, text)
    except NotAnId as error:
        raise Http404 from error


def _decided(review) -> str:
    if review.status == Review.Status.CLEARED:
        return "Cleared. The payouts that waited for it go on."
    return "Rejected. The payouts that waited for it have ended; their money is free."
