"""Statements and the files they came in, importing one, and the days of a bank account with their closing."""

from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.decorators import display

from apps.core import xml
from apps.core.admin import ReadOnlyAdmin, act
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import day, money, page_url, status, when
from apps.rails.models import BankAccount
from apps.reconciliation import continuity, operations, queries
from apps.reconciliation.models import CloseProposal, DayClose, LinePart, Statement, StatementFile

LINES_PER_PAGE = 50
KNOWN_BY_PEOPLE = {
    "number-skipped": "The bank has skipped the number; no statement is missing",
    "statement-repeated": "The bank has booked all of it once more; it was not sent twice",
}
"""What a person may know who imports a file that was refused for this."""


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """Statements of all accounts; their days, and the door for files that come by hand."""

    view_permission = "reconciliation.view_statement"
    page_template = "admin/reconciliation/statement.html"
    list_display = ("name", "account", "kind_label", "closes", "opens_with", "closes_with", "lines", "imported")
    list_filter = ("kind", "bank_account")
    list_select_related = ("bank_account",)
    list_before_template = "admin/reconciliation/tabs.html"
    ordering = ("-imported_at", "-number")
    sortable_by = ()
    search_fields = ("statement_id__exact", "message_id__exact")
    search_help_text = "The bank's id of the statement or message, whole"

    @display(description="Statement")
    def name(self, statement):
        return format_html('<span class="pp-code" data-id="{}">{}</span>', statement.public_id, statement)

    @display(description="Bank account")
    def account(self, statement):
        return statement.bank_account.name

    @display(description="Kind")
    def kind_label(self, statement):
        return statement.get_kind_display()

    @display(description="Closes")
    def closes(self, statement):
        return day(statement.closes_on)

    @display(description="Opening")
    def opens_with(self, statement):
        return money(statement.opening, statement.currency)

    @display(description="Closing")
    def closes_with(self, statement):
        return money(statement.closing, statement.currency)

    @display(description="Lines")
    def lines(self, statement):
        return statement.lines_count

    @display(description="Imported")
    def imported(self, statement):
        return when(statement.imported_at)

    def get_urls(self):
        import_view = self.admin_site.admin_view(self.import_view)
        return [
            path("import/", import_view, name="reconciliation_statement_import"),
            path("days/", self._only_shown(self.first_days_view), name="reconciliation_statement_all_days"),
            path("days/<str:account_id>/", self._only_shown(self.days_view), name="reconciliation_statement_days"),
            self.door("days/<str:account_id>/close/", self.close_day, "close_day"),
            self.door("days/<str:account_id>/propose/", self.propose_close, "propose_close"),
            self.door("days/<str:account_id>/decide/", self.decide_close, "decide_close"),
            *super().get_urls(),
        ]

    def page_rows(self, request):
        return Statement.objects.select_related("bank_account", "file", "imported_by")

    def page_context(self, request, statement):
        lines = statement.lines if statement.is_statement else statement.notified_lines
        first = Prefetch("parts", LinePart.objects.filter(number=1), to_attr="first_parts")
        rows = lines.order_by("position").prefetch_related(first)
        neighbors = {}
        if statement.number:
            chain = Statement.objects.filter(bank_account=statement.bank_account_id)
            around = chain.filter(number__in=[statement.number - 1, statement.number + 1])
            neighbors = {row.number - statement.number: row for row in around}
        return {
            "title": f"{statement.get_kind_display()} {statement.statement_id}",
            "lines": Paginator(rows, LINES_PER_PAGE).get_page(request.GET.get("page")),
            "totals": queries.statement_totals(statement),
            "earlier": neighbors.get(-1),
            "later": neighbors.get(1),
        }

    def import_view(self, request):
        """Take a file that a person brings, or show every reason why it is refused."""
        if not request.user.has_perm("reconciliation.import_statement"):
            raise PermissionDenied
        context = {"title": "Import a bank file", "set_aside": queries.set_aside()[:20]}
        if request.method == "POST":
            try:
                return self._import(request)
            except DomainError as refusal:
                context |= {"refusal": refusal, "file_name": getattr(request.FILES.get("file"), "name", "")}
                codes = {fault.code for fault in refusal.errors}
                context["known_by_people"] = [text for code, text in KNOWN_BY_PEOPLE.items() if code in codes]
        return self.render(request, "admin/reconciliation/import.html", context)

    def _import(self, request):
        upload = request.FILES.get("file")
        if upload is None or upload.size > xml.MAX_BYTES:  # what is larger is not read into memory to be refused
            most = f"The file is larger than {xml.MAX_BYTES // 1024 // 1024} MiB. Ask the bank for smaller ones."
            messages.error(request, most if upload else "Choose a file first.")
            return redirect("admin:reconciliation_statement_import")
        knowingly = "knowingly" in request.POST
        imported = operations.import_bank_file(upload.read(), upload.name, by=request.user, knowingly=knowingly)
        if imported.already:
            messages.info(request, f"{upload.name} was imported before; nothing was changed.")
        else:
            count = imported.new_lines
            messages.success(request, f"{upload.name} is imported: {count} new line{'' if count == 1 else 's'}.")
        return redirect(page_url(imported.file))

    def first_days_view(self, request):
        account = BankAccount.objects.order_by("name").first()
        if account is None:
            messages.info(request, "There is no bank account yet.")
            return redirect("admin:reconciliation_statement_changelist")
        return redirect("admin:reconciliation_statement_days", account.public_id)

    def days_view(self, request, account_id):
        """Show a month of a bank account and what keeps the chosen day from being closed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        account = _account_or_404(account_id)
        chosen = _day(request.GET.get("day")) or continuity.first_to_close(account)
        first = (_day(f"{request.GET.get('month', '')}-01") or chosen).replace(day=1)
        closed_until = continuity.closed_through(account)
        context = {
            "title": "Days and statements",
            "account": account,
            "accounts": BankAccount.objects.order_by("name"),
            "weeks": continuity.month(account, first),
            "month": first,
            "earlier": continuity.month_before(first),
            "later": continuity.month_after(first),
            "chosen": chosen,
            "statements": Statement.objects.filter(bank_account=account, kind=Statement.STATEMENT, closes_on=chosen),
            "is_closed": closed_until is not None and chosen <= closed_until,
            "closed": DayClose.objects.filter(bank_account=account, day__gte=chosen)
            .select_related("closed_by")
            .order_by("day")
            .first(),
            "may_close": request.user.has_perm("reconciliation.close_day"),
        }
        if not context["is_closed"]:
            faults = queries.why_not_closed(account, chosen)
            context["missing"] = [_missing(fault) for fault in faults]
            context["may_remain"] = bool(faults) and {fault.code for fault in faults} == {operations.SIGNABLE}
            context["proposal"] = proposal = account.close_proposals.open().filter(day=chosen).first()
            is_own = proposal is not None and proposal.proposed_by_id in request.user.people_behind
            context["is_own"] = is_own
            context["may_sign"] = request.user.has_perm("reconciliation.sign_remainder") and not is_own
        elif context["closed"]:
            context["remainders"] = context["closed"].remainders.select_related("line", "proposal__proposed_by")
        return self.render(request, "admin/reconciliation/days.html", context)

    def close_day(self, request, account_id):
        account = _account_or_404(account_id)
        chosen = _day(request.POST.get("day"))
        back = reverse("admin:reconciliation_statement_days", args=[account.public_id])
        if chosen is None:
            messages.error(request, "Choose a day.")
            return redirect(back)
        back += f"?day={chosen}"
        done = f"{day(chosen)} is closed, with every day before it. Nothing is imported into it any more."
        return act(request, back, operations.close_day, account.pk, chosen, done=done)

    def propose_close(self, request, account_id):
        """Say that a day may close with lines unidentified."""
        account, chosen = _account_or_404(account_id), _day(request.POST.get("day"))
        back = reverse("admin:reconciliation_statement_days", args=[account.public_id])
        if chosen is None:
            messages.error(request, "Choose a day.")
            return redirect(back)
        done = "Proposed. The day closes when a second person signs."
        reason = request.POST.get("reason", "")
        return act(
            request, f"{back}?day={chosen}", operations.propose_close, account.pk, chosen, reason=reason, done=done
        )

    def decide_close(self, request, account_id):
        """Sign for what a day leaves open, or do not."""
        account = _account_or_404(account_id)
        try:
            wanted = decode(CloseProposal.id_prefix, request.POST.get("proposal", ""))
            proposal = account.close_proposals.get(pk=wanted)
        except (NotAnId, CloseProposal.DoesNotExist):
            raise Http404 from None
        back = f"{reverse('admin:reconciliation_statement_days', args=[account.public_id])}?day={proposal.day}"
        if request.POST.get("decision") == "sign":
            done = f"Signed: {day(proposal.day)} is closed with a remainder."
            return act(request, back, operations.sign_close, proposal.pk, done=done)
        reason = request.POST.get("reason", "")
        return act(request, back, operations.refuse_close, proposal.pk, reason=reason, done="The day stays open.")


@admin.register(StatementFile)
class StatementFileAdmin(ReadOnlyAdmin):
    """Files as banks sent them, also those that were refused or wait."""

    view_permission = "reconciliation.view_statement"
    page_template = "admin/reconciliation/file.html"
    list_display = ("name", "status_label", "account", "reason", "received")
    list_filter = ("status", "bank_account")
    list_select_related = ("bank_account",)
    list_before_template = "admin/reconciliation/tabs.html"
    ordering = ("-received_at",)
    sortable_by = ()
    search_fields = ("file_name__exact", "sha256__exact")
    search_help_text = "File name or SHA-256, whole"

    @display(description="File")
    def name(self, file):
        return format_html('<span class="pp-code" data-id="{}">{}</span>', file.public_id, file)

    @display(description="Status")
    def status_label(self, file):
        return status(file.status, file.get_status_display())

    @display(description="Folder of")
    def account(self, file):
        return file.bank_account.name if file.bank_account else "uploaded"

    @display(description="Reason")
    def reason(self, file):
        return file.reasons[0]["detail"] if file.reasons else "–"

    @display(description="Received")
    def received(self, file):
        return when(file.received_at)

    def page_rows(self, request):
        return StatementFile.objects.select_related("bank_account", "received_by")

    def page_context(self, request, file):
        return {"statements": file.statements.select_related("bank_account").order_by("bank_account", "number")}


def _account_or_404(public_id) -> BankAccount:
    try:
        return BankAccount.objects.get(pk=decode(BankAccount.id_prefix, public_id))
    except (NotAnId, BankAccount.DoesNotExist):
        raise Http404 from None


def _day(text) -> date | None:
    """Return the day that the text names, if it is one that a statement can have."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


def _missing(fault) -> dict:
    """Return a fault with the line it points at, whose id need not stand in the text too."""
    line = fault.pointer.removeprefix("/lines/") if fault.pointer.startswith("/lines/") else ""
    return {"line": line, "detail": fault.detail.removeprefix(f"{line}: "), "code": fault.code}
