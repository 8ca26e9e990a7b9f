"""
The pages of recipients.

What apps above know of a recipient (payouts, reviews) is read through the relations that they add to it.
"""

from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from apps.core import uploads
from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.errors import DomainError, Fault, Invalid
from apps.core.ids import NotAnId, decode, encode, uuid7
from apps.core.money import is_currency
from apps.core.templatetags.portal import page_url
from apps.core.text import InvalidText, check_text, whole_number
from apps.events.catalog import INTERNAL, PUBLISHED
from apps.events.models import Event
from apps.partners.models import Partner
from apps.rails.models import Stop
from apps.recipients import operations
from apps.recipients.listing import MOST_FOUND, find, question_of
from apps.recipients.models import MethodVerification, PayoutMethodVersion, Recipient, RecipientDocument
from apps.recipients.queries import changed_facts, likely_duplicates, method_history

MOST_PAYOUTS = 20
MOST_EVENTS = 100
MOST_HOLDS = 20


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    view_permission = "recipients.view_recipient"
    shows_people = True
    page_template = "admin/recipients/recipient.html"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        question = question_of(request.GET)
        ends = {name: _id_or_none(request.GET.get(name, "")) for name in ("before", "after")}
        found = find(question, **ends)
        query = request.GET.copy()
        for name in ("before", "after"):
            query.pop(name, None)
        context = {
            "title": "Recipients",
            "question": question,
            "found": found,
            "rows": [_row(recipient) for recipient in found.rows],
            "partners": Partner.objects.order_by("name"),
            "kinds": Recipient.Kind.choices,
            "query": query.urlencode(),
            "most": MOST_FOUND,
        }
        return self.render(request, "admin/recipients/recipients.html", context)

    def page_rows(self, request):
        return Recipient.objects.select_related("partner").prefetch_related("versions__created_by")

    def page_context(self, request, recipient):
        may, versions = request.user.has_perm, list(recipient.versions.all())
        current, methods = versions[0], method_history(recipient)
        documents = [document.public_id for document in recipient.documents.all()]
        subjects = [recipient.public_id, *(version.public_id for version, _ in methods), *documents]
        events = Event.objects.filter(subject__in=subjects).order_by("-id")[:MOST_EVENTS]
        open_change = next((v.change for v, _ in methods if v.number > 1 and v.change.is_open), None)
        context = {
            "title": current.name,
            "current": current,
            "facts": changed_facts(versions),
            "methods": methods,
            "open_change": open_change,
            "may_change": may("recipients.change_method") and recipient.status == Recipient.Status.ACTIVE,
            "may_reveal": may("recipients.reveal_account"),
            "shortest_reason": operations.SHORTEST_REASON,
            "asked": encode("rvl", uuid7()),
            "now": timezone.now(),
            "stops": Stop.objects.open().filter(scope=Stop.Scope.RECIPIENT, value=str(recipient.pk)),
            "timeline": [(event, (PUBLISHED | INTERNAL).get(event.type, "")) for event in events],
            "duplicates": likely_duplicates(recipient, current, {version.account_index for version, _ in methods}),
            "payouts": None,
            "reviews": None,
            **_evidence(request.user, recipient, methods),
        }
        if may("payouts.view_payout"):
            context |= _payouts(recipient)
        if may("compliance.view_review"):
            seen = recipient.versions.prefetch_related("reviews__decided_by", "screenings")
            context["reviews"] = [review for version in seen for review in version.reviews.all()]
            context["screened"] = next((s for version in seen for s in version.screenings.all()), None)
        return context

    def doors(self):
        return [
            self.door("<str:public_id>/method/", self.change_method, "change_method"),
            self.door("<str:public_id>/reveal/", never_cache(self.reveal), "reveal"),
            self.door("<str:public_id>/documents/", self.add_document, "add_document"),
            self.door("<str:public_id>/document/", never_cache(self.open_document), "document"),
            self.door("<str:public_id>/verify/", self.verify, "verify"),
            self.door("<str:public_id>/revoke/", self.revoke, "revoke"),
        ]

    def add_document(self, request, public_id):
        recipient, sent, form = self.row_or_404(public_id), request.FILES.get("document"), request.POST
        name, content = (sent.name, sent.read(uploads.LARGEST + 1)) if sent else ("", b"")
        back, kind, expires_on = page_url(recipient), form.get("kind", ""), _day_or_none(form.get("expires_on"))
        if form.get("expires_on") and expires_on is None:
            messages.error(request, "The day on which it expires cannot be read. Nothing was kept.")
            return redirect(back)
        return act(
            request, back, operations.add_document, recipient.pk, kind, name, content, expires_on=expires_on,
            done="The document is kept. Whoever opens it is recorded.",
        )  # fmt: skip

    def open_document(self, request, public_id):
        recipient = self.row_or_404(public_id)
        document_id = _key_or_none(RecipientDocument, request.POST.get("document"))
        if not recipient.documents.filter(pk=document_id).exists():
            raise Http404
        try:
            document, content = operations.open_recipient_document(document_id, by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(recipient))
        disposition = {"Content-Disposition": f'attachment; filename="{document.name}"'}
        return HttpResponse(content, content_type="application/octet-stream", headers=disposition)

    def verify(self, request, public_id):
        """Say that an account is the recipient's."""
        recipient, form = self.row_or_404(public_id), request.POST
        versions = PayoutMethodVersion.objects.filter(method__recipient=recipient.pk)
        version = versions.filter(pk=_key_or_none(PayoutMethodVersion, form.get("version"))).first()
        return act(
            request,
            page_url(recipient),
            operations.verify_method,
            version and version.pk,
            form.get("how", ""),
            reason=form.get("reason", ""),
            days=whole_number(form.get("days"), 5) or 0,
            document_id=_key_or_none(RecipientDocument, form.get("document")),
            done="Noted: the account is verified.",
        )

    def revoke(self, request, public_id):
        recipient = self.row_or_404(public_id)
        made = MethodVerification.objects.filter(version__method__recipient=recipient.pk)
        made = made.filter(pk=_key_or_none(MethodVerification, request.POST.get("verification"))).first()
        if made is None:
            raise Http404
        reason = request.POST.get("reason", "")
        done = "Taken back: the account is not verified any more."
        return act(request, page_url(recipient), operations.revoke_verification, made.pk, reason=reason, done=done)

    def change_method(self, request, public_id):
        recipient, form = self.row_or_404(public_id), request.POST
        try:
            draft = _method_draft(form)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(recipient))
        return act(
            request, page_url(recipient), operations.change_method, recipient.pk, draft, reason=form.get("reason", ""),
            done="Noted. It pays nobody until a second person has confirmed it and it has rested.",
        )  # fmt: skip

    def reveal(self, request, public_id):
        """Show a whole number in the answer to the form itself: there is no address at which it could be found again."""
        recipient = self.row_or_404(public_id)
        form = request.POST
        try:
            asked = decode("rvl", form.get("asked", ""))
            rows = PayoutMethodVersion.objects.filter(method__recipient=recipient.pk)
            version = rows.get(pk=decode("pmv", form.get("version", "")))
        except (NotAnId, PayoutMethodVersion.DoesNotExist) as error:
            raise Http404 from error
        try:
            number = operations.reveal_account(
                version.pk, by=request.user, reason=form.get("reason", ""), asked=asked
            )  # fmt: skip
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(recipient))
        groups = [number[start : start + 4] for start in range(0, len(number), 4)]
        context = {"title": "Account number", "recipient": recipient, "version": version, "number": " ".join(groups)}
        answer = self.render(request, "admin/recipients/revealed.html", context)
        answer["Referrer-Policy"] = "no-referrer"
        return answer


def _row(recipient) -> dict:
    methods = [list(method.versions.all()) for method in recipient.methods.all()]
    newest = [next((v for v in versions if not _is_turned_down(v)), None) for versions in methods]
    return {
        "recipient": recipient,
        "current": recipient.versions.all()[0],
        "accounts": [version for version in newest if version],
        "is_changing": any(v.number > 1 and v.change.is_open for v in newest if v),
    }


def _is_turned_down(version) -> bool:
    return version.number > 1 and version.change.status in ("refused", "withdrawn")


def _payouts(recipient) -> dict:
    """Return the latest payouts, sums per state and currency, and what is held, through the payouts' own relations."""
    payouts = recipient.payouts
    sums = payouts.order_by().values("status", "currency").annotate(count=Count("pk"), amount=Sum("amount"))
    held = payouts.filter(holds__lifted_at=None, holds__isnull=False).prefetch_related("holds__opened_by")
    return {
        "payouts": payouts.select_related("method_version")[:MOST_PAYOUTS],
        "sums": sorted(sums, key=lambda row: (row["currency"], -row["amount"])),
        "most": MOST_PAYOUTS,
        "held": [
            (payout, hold) for payout in held[:MOST_HOLDS] for hold in payout.holds.all() if hold.lifted_at is None
        ],
    }


def _evidence(person, recipient, methods) -> dict:
    """Return the documents and what is verified, with what this person may do about either."""
    versions = [version.pk for version, _ in methods]
    rows = MethodVerification.objects.filter(version__in=versions).select_related(
        "verified_by", "revoked_by", "document"
    )
    latest = {}
    for made in rows:
        latest.setdefault(made.version_id, made)
    for version, _ in methods:
        version.verification = latest.get(version.pk)
    return {
        "documents": recipient.documents.select_related("added_by"),
        "document_kinds": RecipientDocument.Kind.choices,
        "hows": MethodVerification.How.choices,
        "verified": [(version, version.verification) for version, _ in methods if version.verification],
        "may_keep": person.has_perm("recipients.keep_documents"),
        "may_verify": person.has_perm("recipients.verify_method"),
        "longest_days": operations.LONGEST_DAYS,
        "today": timezone.now().date(),
    }


def _day_or_none(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _key_or_none(model, text):
    """Return the key that a public id stands for, or None."""
    try:
        return decode(model.id_prefix, text or "")
    except NotAnId:
        return None


def _method_draft(form) -> operations.MethodDraft:
    """Return the account that a form gives; the operation checks the number itself."""
    try:
        holder_name = check_text(form.get("holder_name", ""), max_length=140, blank=True)
    except InvalidText as fault:
        raise Invalid(f"Holder: {fault.detail}", errors=[Fault("/holder_name", fault.code, fault.detail)]) from fault
    currency = form.get("currency", "").strip().upper()
    if not is_currency(currency):
        raise Invalid("Currency: three letters, such as EUR.")
    return operations.MethodDraft(form.get("iban", ""), form.get("bic", "").strip(), holder_name, currency)


def _id_or_none(text):
    return _key_or_none(Recipient, text)
