from django.contrib import admin
from django.utils.html import format_html, format_html_join
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps.core.admin import ReadOnlyAdmin
from apps.core.ids import NotAnId, decode
from apps.core.templatetags import portal
from apps.payouts import queries
from apps.payouts.models import Batch

MOST_PAYOUTS = 100


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    view_permission = "payouts.view_payout"
    page_template = "admin/payouts/batch.html"
    list_display = ("what", "platform", "created", "payouts_count", "money")
    list_select_related = ("partner",)
    list_before_template = "admin/payouts/batch_tabs.html"
    paginator = InfinitePaginator
    sortable_by = ()
    search_fields = ("reference",)
    search_help_text = "Id or reference"

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        try:
            return queryset.filter(pk=decode("bat", term)), False
        except NotAnId:
            return (queryset.filter(reference=term) if term else queryset), False

    @display(description="Batch")
    def what(self, batch):
        return format_html(
            '<span data-id="{}">{}</span><br><small class="pp-subtle">{}</small>',
            batch.public_id, batch.reference, portal.public_id(batch),
        )  # fmt: skip

    @display(description="Platform")
    def platform(self, batch):
        return batch.partner.name

    @display(description="Created")
    def created(self, batch):
        return portal.when(batch.created_at)

    @display(description="Payouts")
    def payouts_count(self, batch):
        return format_html('<div class="pp-number">{}</div>', batch.count)

    @display(description="Total")
    def money(self, batch):
        sums = format_html_join(" ", "{}", ((portal.money(amount, cur),) for cur, amount in batch.totals.items()))
        return format_html('<div class="pp-number">{}</div>', sums)

    def page_rows(self, request):
        return queries.batches()

    def page_context(self, request, batch):
        payouts = batch.payouts.select_related("recipient_version", "method_version").order_by("id")
        return {
            "title": f"Batch {batch.reference}",
            "states": queries.by_status(batch.payouts.all()),
            "payouts": payouts[:MOST_PAYOUTS],
            "most": MOST_PAYOUTS,
        }
