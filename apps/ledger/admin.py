"""The ledger, to look at: accounts and their statements, journals, the trial balance. Nothing here can be changed."""

from datetime import UTC, datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from apps.core.admin import ReadOnlyAdmin
from apps.core.templatetags.portal import day, money, when, words
from apps.core.templatetags.subjects import names_of, subject_link
from apps.ledger.kinds import BANK_ACCOUNT, HOLDER_PREFIX, HOUSE, KINDS, PARTNER
from apps.ledger.models import Account, Journal
from apps.ledger.queries import latest_entries, totals, trial_balance

ENTRIES_PER_PAGE = 50
MOST_LEGS = 200


class HolderFilter(admin.SimpleListFilter):
    title = "kept for"
    parameter_name = "holder"

    def lookups(self, request, model_admin):
        return [("partner", "Platforms"), ("bank", "Our bank accounts"), ("house", "The house")]

    def queryset(self, request, queryset):
        kept_for = {"partner": PARTNER, "bank": BANK_ACCOUNT, "house": HOUSE}.get(self.value())
        if kept_for is None:
            return queryset
        kinds = [kind.name for kind in KINDS.values() if kind.holder == kept_for]
        return queryset.filter(kind__in=kinds, holder__startswith=HOLDER_PREFIX[kept_for])


class AccountChangeList(ChangeList):
    """The accounts of one page, each with the name of its holder."""

    def get_results(self, request):
        super().get_results(request)
        names = names_of(account.holder for account in self.result_list if account.holder)
        for account in self.result_list:
            account.holder_name = names.get(account.holder, account.holder)

    def url_for_result(self, result):
        return reverse("admin:ledger_account_change", args=[result.pk])


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Where money is counted."""

    view_permission = "ledger.view_ledger"
    list_title = "Ledger"
    page_template = "admin/ledger/account.html"
    list_display = ("name", "kept_for", "balance", "debited", "credited")
    list_filter = ("kind", HolderFilter, "currency")
    list_before_template = "admin/ledger/tabs.html"
    ordering = ("currency", "kind", "holder")
    sortable_by = ()
    search_fields = ("holder__exact",)
    search_help_text = "Id of the platform or bank account it is kept for"

    @display(description="Account")
    def name(self, account):
        return format_html('<span title="{}" data-id="{}">{}</span>', account.meaning, account.pk, words(account.kind))

    @display(description="Kept for")
    def kept_for(self, account):
        if not account.holder:
            return "the house"
        return subject_link(account.holder, account.holder_name)

    @display(description="Balance")
    def balance(self, account):
        return money(account.available, account.currency)

    @display(description="Debits")
    def debited(self, account):
        return money(account.debits, account.currency)

    @display(description="Credits")
    def credited(self, account):
        return money(account.credits, account.currency)

    def get_changelist(self, request, **kwargs):
        return AccountChangeList

    def get_urls(self):
        view = self._only_shown
        return [
            path("trial-balance/", view(self.trial_balance_view), name="ledger_account_trial_balance"),
            path("<int:public_id>/", view(self.page_view), name="ledger_account_change"),
            *(address for address in super().get_urls() if address.name != "ledger_account_change"),
        ]

    def row_or_404(self, public_id, queryset=None):
        return get_object_or_404(Account, pk=public_id)

    def page_context(self, request, account):
        before = request.GET.get("before", "")
        if before and not (before.isascii() and before.isdecimal() and len(before) < 19):
            raise Http404
        entries, older = latest_entries(account, int(before) if before else None, ENTRIES_PER_PAGE)
        holders = {account.holder, *(entry.other.holder for entry in entries)} - {""}
        names = names_of(holders)
        for entry in entries:
            entry.other.holder_name = names.get(entry.other.holder, entry.other.holder)
        return {
            "title": words(account.kind),
            "holder_name": names.get(account.holder, account.holder),
            "entries": entries,
            "before": before,
            "older": entries[-1].pk if older else None,
        }

    def trial_balance_view(self, request):
        """Show every account with its debits and credits, now or as of a moment, and that they sum to zero."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        as_of = _moment(request)
        rows = trial_balance(as_of)
        keys = {(account.kind, account.holder, account.currency): account.pk for account in Account.objects.all()}
        names = names_of({row.account.holder for row in rows} - {""})
        currencies = {}
        for row in rows:
            currencies.setdefault(row.account.currency, []).append(
                {
                    "row": row,
                    "pk": keys[row.account],
                    "holder": names.get(row.account.holder, row.account.holder),
                    "debit": max(row.balance, 0),
                    "credit": max(-row.balance, 0),
                }
            )
        sums = totals(rows)
        tables = [
            {
                "currency": currency,
                "rows": found,
                "debit": sum(row["debit"] for row in found),
                "credit": sum(row["credit"] for row in found),
                "difference": sums[currency],
            }
            for currency, found in currencies.items()
        ]
        context = {"title": "Trial balance", "as_of": as_of, "tables": tables}
        return self.render(request, "admin/ledger/trial_balance.html", context)


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    """What was posted."""

    view_permission = "ledger.view_ledger"
    page_template = "admin/ledger/journal.html"
    list_display = ("name", "moved", "about", "reference", "value_day", "posted")
    list_before_template = "admin/ledger/tabs.html"
    paginator = InfinitePaginator
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("subject__exact", "reference__exact", "moment__exact")
    search_help_text = "Id of what it is about, its reference, or a moment such as payout.settled"

    @display(description="Journal")
    def name(self, journal):
        return format_html('<span data-id="{}">{}</span>', journal.public_id, words(journal.moment))

    @display(description="Moved")
    def moved(self, journal):
        return format_html_join(" ", "{}", ((money(total, code),) for code, total in _sums(journal.transfers.all())))

    @display(description="About")
    def about(self, journal):
        return subject_link(journal.subject)

    @display(description="Reference")
    def reference(self, journal):
        return subject_link(journal.reference)

    @display(description="Value day")
    def value_day(self, journal):
        return day(journal.value_on)

    @display(description="Posted")
    def posted(self, journal):
        return when(journal.posted_at)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("transfers")

    def page_rows(self, request):
        return Journal.objects.select_related("reverses", "reversed_by")

    def page_context(self, request, journal):
        transfers = list(journal.transfers.select_related("debit", "credit").order_by("leg")[: MOST_LEGS + 1])
        holders = {account.holder for transfer in transfers for account in (transfer.debit, transfer.credit)} - {""}
        names = names_of(holders)
        for transfer in transfers:
            for account in (transfer.debit, transfer.credit):
                account.holder_name = names.get(account.holder, account.holder)
        return {
            "title": words(journal.moment),
            "transfers": transfers[:MOST_LEGS],
            "more": len(transfers) > MOST_LEGS,
            "sums": _sums(transfers),
            "reversed_by": getattr(journal, "reversed_by", None),
        }


def _sums(transfers) -> list[tuple[str, int]]:
    sums = {}
    for transfer in transfers:
        sums[transfer.currency] = sums.get(transfer.currency, 0) + transfer.amount
    return sorted(sums.items())


def _moment(request):
    """Return the moment asked for, or None for now."""
    text = request.GET.get("as_of", "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        messages.error(request, f"“{text}” is no moment; this is the balance of now.")
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
