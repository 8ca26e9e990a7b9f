"""
The pages of recipients.

What apps above know of a recipient (payouts, reviews) is read through the relations that they add to it.
"""

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps.core.admin import ReadOnlyAdmin
from apps.core.ids import NotAnId, decode
from apps.core.templatetags import portal
from apps.events.catalog import INTERNAL, PUBLISHED
from apps.events.queries import timeline
from apps.partners.models import Partner
from apps.rails.models import Stop
from apps.recipients.models import PayoutMethodVersion, Recipient, RecipientVersion

MOST_PAYOUTS = 50


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    view_permission = "recipients.view_recipient"
    shows_people = True
    page_template = "admin/recipients/recipient.html"
    list_display = ("what", "platform", "kind_and_country", "account", "state", "created")
    list_select_related = ("partner",)
    list_filter = (("partner", RelatedDropdownFilter), ("kind", ChoicesCheckboxFilter))
    list_filter_submit = True
    paginator = InfinitePaginator
    sortable_by = ()
    search_fields = ("reference",)
    search_help_text = "Id, reference, name or last four"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("versions", "methods__versions")

    def get_search_results(self, request, queryset, search_term):
        return _found(queryset, search_term.strip()), False

    @display(description="Recipient")
    def what(self, recipient):
        reference = f" · {recipient.reference}" if recipient.reference else ""
        return format_html(
            '<span data-id="{}">{}</span><br><small class="pp-subtle">{}{}</small>',
            recipient.public_id, recipient.versions.all()[0].name, portal.public_id(recipient), reference,
        )  # fmt: skip

    @display(description="Platform")
    def platform(self, recipient):
        return recipient.partner.name

    @display(description="Kind")
    def kind_and_country(self, recipient):
        return f"{portal.words(recipient.kind)}, {recipient.versions.all()[0].country}"

    @display(description="Paid to")
    def account(self, recipient):
        methods = recipient.methods.all()
        return ", ".join(method.versions.all()[0].account_masked for method in methods) or "–"

    @display(description="State")
    def state(self, recipient):
        return portal.status(recipient.status)

    @display(description="Since")
    def created(self, recipient):
        return portal.when(recipient.created_at)

    def page_rows(self, request):
        return Recipient.objects.select_related("partner").prefetch_related(
            "versions__created_by", "methods__versions__created_by"
        )

    def page_context(self, request, recipient):
        may = request.user.has_perm
        current = recipient.versions.all()[0]
        events = timeline(recipient.public_id)
        context = {"title": current.name, "current": current, "now": timezone.now(), "payouts": None, "reviews": None}
        context["stops"] = Stop.objects.open().filter(scope=Stop.Scope.RECIPIENT, value=str(recipient.pk))
        context["timeline"] = [(event, (PUBLISHED | INTERNAL).get(event.type, "")) for event in events]
        if may("payouts.view_payout"):
            context["payouts"] = recipient.payouts.select_related("method_version")[:MOST_PAYOUTS]
            context["most"] = MOST_PAYOUTS
        if may("compliance.view_review"):
            versions = recipient.versions.prefetch_related("reviews__decided_by")
            context["reviews"] = [review for version in versions for review in version.reviews.all()]
        return context


def _found(recipients, term):
    """Return the recipients that a caller means by `term`."""
    if not term:
        return recipients
    try:
        return recipients.filter(pk=decode("rcp", term.lower()))
    except NotAnId:
        pass
    # The platforms are named so that the index on (platform, reference) serves.
    named = Q(partner__in=Partner.objects.values("pk"), reference=term)
    if len(term) == 4 and term.isalnum():
        accounts = PayoutMethodVersion.objects.filter(account_masked__endswith=term.upper())
        named |= Q(pk__in=accounts.values("method__recipient"))
    if len(term) >= 3:
        named |= Q(pk__in=RecipientVersion.objects.filter(name__istartswith=term).values("recipient"))
    return recipients.filter(named)
