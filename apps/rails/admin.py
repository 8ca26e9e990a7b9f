"""Bank files, what banks answered, and our bank accounts. Looked at here; files are also downloaded."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from apps.core import uploads
from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import at, day, link, money, page_url, status, when
from apps.rails.models import BankAccount, HandOver, PaymentFile, ReportItem, StatusReport
from apps.rails.operations import (
    confirm_hand_over,
    download_file,
    give_back_file,
    open_hand_over_document,
    refuse_hand_over,
    report_hand_over,
    take_file,
)
from apps.rails.registry import RAILS
from apps.rails.terms import calendar_in_force

ATTEMPTS_PER_PAGE = 50
MOST_ITEMS = 100
NOTABLE = Q(level__in=["group", "payment"]) | ~Q(outcome="accepted")


class ParkedFilter(admin.SimpleListFilter):
    title = "what came of it"
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return [("parked", "Parked"), ("applied", "Applied"), ("waiting", "Waiting to be applied")]

    def queryset(self, request, queryset):
        if self.value() == "parked":
            return queryset.parked()
        if self.value() == "applied":
            return queryset.exclude(applied_at=None)
        return queryset.unapplied() if self.value() == "waiting" else queryset


class ProblemFilter(admin.SimpleListFilter):
    title = "problem"
    parameter_name = "problem"

    def lookups(self, request, model_admin):
        return [("yes", "Could not be handed over")]

    def queryset(self, request, queryset):
        return queryset.stuck() if self.value() == "yes" else queryset


@admin.register(PaymentFile)
class PaymentFileAdmin(ReadOnlyAdmin):
    """What goes to banks."""

    view_permission = "rails.view_file"
    list_title = "Bank files"
    page_template = "admin/rails/payment_file.html"
    list_display = ("name", "account", "payments", "amount", "state_label", "cut_off", "executes")
    list_filter = ("state", ProblemFilter, "bank_account")
    list_select_related = ("bank_account",)
    list_before_template = "admin/rails/tabs.html"
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("message_id__exact", "file_name__exact")
    search_help_text = "Message id or file name, whole"

    @display(description="File")
    def name(self, file):
        return format_html('<span class="pp-code" data-id="{}">{}</span>', file.public_id, file)

    @display(description="Bank account")
    def account(self, file):
        return file.bank_account

    @display(description="Payments")
    def payments(self, file):
        return file.transactions if file.is_sealed else "–"

    @display(description="Sum")
    def amount(self, file):
        return money(file.control_sum, file.currency) if file.is_sealed else "–"

    @display(description="State")
    def state_label(self, file):
        problem = format_html(" {}", status("failed", "Problem")) if file.problem else ""
        return format_html("{}{}", status(file.state, file.get_state_display()), problem)

    @display(description="Cut-off")
    def cut_off(self, file):
        return when(file.cut_off_at, file.bank_account.business_now(timezone.now()))

    @display(description="Execute on")
    def executes(self, file):
        return day(file.execute_on)

    def page_rows(self, request):
        return PaymentFile.objects.select_related("bank_account")

    def doors(self):
        return [
            self.door("<str:public_id>/download/", self.download, "download"),
            self.door("<str:public_id>/take/", self.take, "take"),
            self.door("<str:public_id>/report/", self.report, "report"),
            self.door("<str:public_id>/decide/", self.decide, "decide"),
            self.door("<str:public_id>/document/", self.document, "document"),
        ]

    def page_context(self, request, file):
        attempts = file.attempts.select_related("payout__recipient_version", "payout__method_version").order_by("id")
        reports = list(file.reports.order_by("received_at"))
        about = ReportItem.objects.filter(report__in=reports)
        counts = (
            about.filter(level="transaction").values_list("outcome").annotate(count=Count("pk")).order_by("outcome")
        )
        outcomes = dict(ReportItem.OUTCOMES)
        return {
            "account_now": file.bank_account.business_now(),
            "attempts": Paginator(attempts, ATTEMPTS_PER_PAGE).get_page(request.GET.get("page")),
            "reports": reports,
            "items": list(
                about.filter(NOTABLE).select_related("report").order_by("report_id", "position")[:MOST_ITEMS]
            ),
            "counts": [(outcomes.get(outcome, outcome), count) for outcome, count in counts],
            "rail": RAILS[file.rail],
            "may_download": request.user.has_perm("rails.download_file"),
            **_hand_overs_of(request.user, file),
        }

    def take(self, request, public_id):
        file = self.row_or_404(public_id)
        done = "The file is with you: the portal does not hand it over. Download it, bring it to the bank, and report that."
        return act(request, page_url(file), take_file, file.pk, reason=request.POST.get("reason", ""), done=done)

    def report(self, request, public_id):
        """Say how the bank got the file, with the document that proves it."""
        file, sent = self.row_or_404(public_id), request.FILES.get("document")
        return act(
            request,
            page_url(file),
            report_hand_over,
            _hand_over_id(request),
            channel=request.POST.get("channel", ""),
            bank_reference=request.POST.get("bank_reference", ""),
            document=(sent.name, sent.read(uploads.LARGEST + 1)) if sent else None,
            done="Reported. Another person confirms that the bank has it.",
        )

    def decide(self, request, public_id):
        """Say, as the second person, whether the bank has the file."""
        file, taken = self.row_or_404(public_id), _hand_over_id(request)
        if request.POST.get("decision") == "confirm":
            return act(request, page_url(file), confirm_hand_over, taken, done="Confirmed: the bank has the file.")
        reason = request.POST.get("reason", "")
        if request.POST.get("decision") == "give_back":
            done = "The portal hands the file over itself again."
            return act(request, page_url(file), give_back_file, taken, reason=reason, done=done)
        done = "Not proven: the file is still with whoever took it."
        return act(request, page_url(file), refuse_hand_over, taken, reason=reason, done=done)

    def document(self, request, public_id):
        file = self.row_or_404(public_id)
        try:
            found, content = open_hand_over_document(_hand_over_id(request), by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(file))
        disposition = {"Content-Disposition": f'attachment; filename="{found.document_name}"'}
        return HttpResponse(content, content_type="application/octet-stream", headers=disposition)

    def download(self, request, public_id):
        file = self.row_or_404(public_id)
        try:
            name, content = download_file(file.pk, by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(file))
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type="application/xml", headers=disposition)


@admin.register(StatusReport)
class StatusReportAdmin(ReadOnlyAdmin):
    """What banks answered."""

    view_permission = "rails.view_file"
    list_title = "Answers of banks"
    page_template = "admin/rails/status_report.html"
    list_display = ("name", "account", "about", "outcome", "received")
    list_filter = (ParkedFilter, "bank_account")
    list_select_related = ("bank_account", "file")
    list_before_template = "admin/rails/tabs.html"
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("message_id__exact", "original_message_id__exact", "file_name__exact")
    search_help_text = "Message id, the file's message id, or file name, whole"

    @display(description="Report")
    def name(self, report):
        return format_html('<span class="pp-code" data-id="{}">{}</span>', report.public_id, report)

    @display(description="Bank account")
    def account(self, report):
        return report.bank_account

    @display(description="Answers the file")
    def about(self, report):
        return link(report.file, str(report.file)) if report.file else report.original_message_id or "–"

    @display(description="What came of it")
    def outcome(self, report):
        if report.is_parked:
            return format_html("{} {}", status("parked"), report.parked_reason)
        return status("imported", "Applied") if report.applied_at else status("waiting", "Waiting to be applied")

    @display(description="Received")
    def received(self, report):
        return when(report.received_at)

    def page_rows(self, request):
        return StatusReport.objects.select_related("bank_account", "file")

    def page_context(self, request, report):
        items = report.items.order_by("position")
        return {"items": Paginator(items, ATTEMPTS_PER_PAGE).get_page(request.GET.get("page"))}


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    """Our accounts at banks."""

    view_permission = "rails.view_file"
    page_template = "admin/rails/bank_account.html"
    list_display = ("name", "number", "currency", "mode_label", "status_label", "clock", "folder")
    list_filter = ("mode", "status")
    list_before_template = "admin/rails/tabs.html"
    ordering = ("name",)
    sortable_by = ()

    @display(description="IBAN")
    def number(self, account):
        return format_html('<span data-id="{}">{}</span>', account.public_id, account.iban_masked)

    @display(description="Mode")
    def mode_label(self, account):
        return status(account.mode, account.get_mode_display())

    @display(description="Status")
    def status_label(self, account):
        return status(account.status, account.get_status_display())

    @display(description="Clock")
    def clock(self, account):
        return at(account.business_now(timezone.now())) if account.clock_offset_seconds else "real time"

    def page_context(self, request, account):
        today = account.business_today()
        return {
            "title": account.name,
            "clock": account.business_now(),
            "today": today,
            "closed_because": calendar_in_force().closed_because(today),
            "files": PaymentFile.objects.filter(bank_account=account).order_by("-id")[:10],
            "parked": StatusReport.objects.parked().filter(bank_account=account).count(),
        }


def _hand_over_id(request):
    """Return the key of the hand-over that a form names, or None."""
    try:
        return decode(HandOver.id_prefix, request.POST.get("hand_over", ""))
    except NotAnId:
        return None


def _hand_overs_of(person, file) -> dict:
    """Return the times that a person took the file, the open one apart, and what this person may do about it."""
    rows = list(file.hand_overs.select_related("taken_by", "reported_by", "decided_by").defer("document"))
    taken = next((row for row in rows if row.is_open), None)
    is_own = taken is not None and bool({taken.taken_by_id, taken.reported_by_id} & set(person.people_behind))
    return {
        "taken": taken,
        "hand_overs": [row for row in rows if row is not taken],
        "may_take": person.has_perm("rails.take_file"),
        "may_confirm": person.has_perm("rails.confirm_hand_over") and not is_own,
        "may_see_document": person.has_perm("rails.take_file") or person.has_perm("rails.confirm_hand_over"),
    }
