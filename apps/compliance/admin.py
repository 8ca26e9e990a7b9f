"""The lists that recipients are screened against. Reviews have their pages beside the payouts they hold."""

from django.contrib import admin
from django.utils.html import format_html
from unfold.decorators import display

from apps.compliance.models import Watchlist
from apps.core.admin import ReadOnlyAdmin
from apps.core.templatetags.portal import day, status, when


@admin.register(Watchlist)
class WatchlistAdmin(ReadOnlyAdmin):
    """Every version of every list, the active ones marked."""

    view_permission = "compliance.view_review"
    list_display = ("name", "state_label", "published", "entries", "names", "addresses", "loaded", "loader")
    list_filter = ("active",)
    list_select_related = ("loaded_by",)
    ordering = ("-loaded_at",)
    sortable_by = ()

    @display(description="List and version")
    def name(self, watchlist):
        return format_html('<span class="pp-code" data-id="{}">{}</span>', watchlist.public_id, watchlist.version)

    @display(description="State")
    def state_label(self, watchlist):
        return status("active", "Screened against") if watchlist.active else status("former", "Former version")

    @display(description="Published")
    def published(self, watchlist):
        return day(watchlist.published_on)

    @display(description="Loaded")
    def loaded(self, watchlist):
        return when(watchlist.loaded_at)

    @display(description="Loaded by")
    def loader(self, watchlist):
        return watchlist.loaded_by
