"""Messages to platforms: who was told what, what they answered, and sending it again."""

from dataclasses import replace

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.utils.html import format_html
from django.utils.http import urlencode
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps.core.admin import PublicIdChangeList, ReadOnlyAdmin, act, tell_refusal
from apps.core.errors import DomainError
from apps.core.templatetags.portal import link, page_url, status, when, words
from apps.core.templatetags.subjects import names_of, subject_link
from apps.events.models import Delivery, Endpoint, Event
from apps.events.operations import MOST_EVENTS, resend, resend_range
from apps.events.queries import delivery_log
from apps.events.ranges import RangeForm

ROWS_PER_PAGE = 50


class PlatformChangeList(PublicIdChangeList):
    """Rows of one page, each with the name of its platform."""

    def get_results(self, request):
        super().get_results(request)
        names = names_of(row.partner for row in self.result_list if row.partner)
        for row in self.result_list:
            row.platform_name = names.get(row.partner, "")


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Where platforms are told."""

    view_permission = "events.view_event"
    page_template = "admin/events/endpoint.html"
    list_display = ("name", "platform", "state_label", "wants", "created")
    list_filter = ("status",)
    ordering = ("-id",)
    sortable_by = ()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request) or request.user.has_perm("events.resend_delivery")

    @display(description="Endpoint")
    def name(self, endpoint):
        return format_html('<span class="pp-code" data-id="{}">{}</span>', endpoint.public_id, endpoint.url)

    @display(description="Platform")
    def platform(self, endpoint):
        return subject_link(endpoint.partner, endpoint.platform_name)

    def get_changelist(self, request, **kwargs):
        return PlatformChangeList

    @display(description="State")
    def state_label(self, endpoint):
        return status(endpoint.status, endpoint.get_status_display())

    @display(description="Hears of")
    def wants(self, endpoint):
        return (
            "everything"
            if endpoint.event_types == ["*"]
            else f"{len(endpoint.event_types)} kind{pluralize(len(endpoint.event_types))} of events"
        )

    @display(description="Created")
    def created(self, endpoint):
        return when(endpoint.created_at)

    def page_context(self, request, endpoint):
        deliveries = endpoint.deliveries.select_related("event").order_by("-id")
        chosen = request.GET.get("status", "")
        if chosen in Delivery.Status.values:
            deliveries = deliveries.filter(status=chosen)
        paginator = InfinitePaginator(deliveries, ROWS_PER_PAGE)
        asked = {name: request.GET[name] for name in RangeForm.base_fields if name in request.GET}
        platform = names_of([endpoint.partner]).get(endpoint.partner, "")
        return {
            "title": f"Webhooks of {platform}",
            "platform": platform,
            "deliveries": paginator.get_page(request.GET.get("page")),
            "statuses": Delivery.Status.choices,
            "chosen": chosen,
            "may_resend": request.user.has_perm("events.resend_delivery"),
            "range": RangeForm(asked or {"only_undelivered": "on"}, endpoint),
            "range_is_open": bool(asked),
            "most_events": MOST_EVENTS,
        }

    def doors(self):
        return [self.door("<str:public_id>/resend/", self.resend_range, "resend")]

    def resend_range(self, request, public_id):
        """Send a chunk of a range again, and lead to the form with what is left of it."""
        endpoint = self.row_or_404(public_id)
        form = RangeForm(request.POST, endpoint)
        if not form.is_valid():
            faults = [fault for found in form.errors.values() for fault in found]
            messages.error(request, f"Nothing is sent again. {' '.join(faults)}")
            return redirect(f"{page_url(endpoint)}?{_asked(request.POST)}#again")
        wanted = form.range()
        try:
            resent = resend_range(wanted, by=request.user, endpoint_id=endpoint.pk)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(endpoint))
        said = f"{resent.messages:,} message{'' if resent.messages == 1 else 's'} of {resent.events:,} events"
        if not resent.more:
            messages.success(request, f"{said} sent again: that was all of the range.")
            return redirect(page_url(endpoint))
        left = replace(wanted, after=resent.reached, through=resent.through).events()
        messages.info(request, f"{said} sent again; {left.count():,} events of the range are left. Press once more.")
        ends = Event.objects.filter(partner_id=endpoint.partner_id, pk__lte=resent.through)
        reached, last = ends.get(pk=resent.reached), ends.order_by("-pk").first()
        rest = request.POST.dict() | {"after": reached.public_id, "through": last.public_id}
        return redirect(f"{page_url(endpoint)}?{_asked(rest)}#again")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """One message on its way to one endpoint, with every attempt."""

    view_permission = "events.view_event"
    list_title = "Messages to platforms"
    page_template = "admin/events/delivery.html"
    list_display = ("name", "about", "endpoint_link", "state_label", "attempts", "last", "created")
    list_filter = ("status",)
    list_select_related = ("event", "endpoint")
    paginator = InfinitePaginator
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("subject__exact",)
    search_help_text = "Id of what the message is about"

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request) or request.user.has_perm("events.resend_delivery")

    @display(description="Message")
    def name(self, delivery):
        return format_html('<span data-id="{}">{}</span>', delivery.public_id, words(delivery.event.type))

    @display(description="About")
    def about(self, delivery):
        return subject_link(delivery.subject)

    @display(description="To")
    def endpoint_link(self, delivery):
        return link(delivery.endpoint, delivery.endpoint.url)

    @display(description="State")
    def state_label(self, delivery):
        return status(delivery.status, delivery.get_status_display())

    @display(description="Last answer")
    def last(self, delivery):
        return delivery.last_status_code or delivery.last_error or "–"

    @display(description="Created")
    def created(self, delivery):
        return when(delivery.created_at)

    def doors(self):
        return [self.door("<str:public_id>/resend/", self.resend, "resend")]

    def page_rows(self, request):
        return Delivery.objects.select_related("event", "endpoint")

    def page_context(self, request, delivery):
        return {
            "title": f"Message: {words(delivery.event.type)}",
            "platform": names_of([delivery.endpoint.partner]).get(delivery.endpoint.partner, ""),
            "log": Paginator(delivery_log(delivery.pk), ROWS_PER_PAGE).get_page(request.GET.get("page")),
            "may_resend": request.user.has_perm("events.resend_delivery"),
        }

    def resend(self, request, public_id):
        delivery = self.row_or_404(public_id)
        done = "It is sent again at once, under the same id and with all its attempts."
        return act(request, page_url(delivery), resend, delivery.pk, done=done)


def _asked(form) -> str:
    """Return what a form says of a range as it stands in an address."""
    return urlencode([(name, form[name]) for name in RangeForm.base_fields if form.get(name)])
