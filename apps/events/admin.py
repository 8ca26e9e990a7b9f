"""Messages to platforms: who was told what, what they answered, and sending it again."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.html import format_html
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps.core.admin import PublicIdChangeList, ReadOnlyAdmin, act
from apps.core.templatetags.portal import link, page_url, status, when, words
from apps.core.templatetags.subjects import names_of, subject_link
from apps.events.models import Delivery, Endpoint
from apps.events.operations import resend
from apps.events.queries import delivery_log

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
    ordering = ("-created_at",)
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
        return "everything" if endpoint.event_types == ["*"] else f"{len(endpoint.event_types)} kinds of events"

    @display(description="Created")
    def created(self, endpoint):
        return when(endpoint.created_at)

    def page_context(self, request, endpoint):
        deliveries = endpoint.deliveries.select_related("event").order_by("-created_at")
        chosen = request.GET.get("status", "")
        if chosen in Delivery.Status.values:
            deliveries = deliveries.filter(status=chosen)
        paginator = InfinitePaginator(deliveries, ROWS_PER_PAGE)
        platform = names_of([endpoint.partner]).get(endpoint.partner, "")
        return {
            "title": f"Webhooks of {platform}",
            "platform": platform,
            "deliveries": paginator.get_page(request.GET.get("page")),
            "statuses": Delivery.Status.choices,
            "chosen": chosen,
        }


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
