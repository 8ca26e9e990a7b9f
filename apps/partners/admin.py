"""Platforms: what they are, what they have, which keys they call with, and where they are told."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import page_url, status, when
from apps.partners import operations
from apps.partners.models import ApiKey, Mode, Partner
from apps.partners.scopes import SCOPES

MOST_KEYS = 50


@admin.register(Partner)
class PartnerAdmin(ReadOnlyAdmin):
    """Platforms that pay people through the portal."""

    view_permission = "partners.view_partner"
    list_title = "Platforms"
    page_template = "admin/partners/partner.html"
    list_display = ("title", "mode_label", "status_label", "funding_reference", "live_keys", "last_used")
    list_filter = ("mode", "status")
    list_before_template = "admin/partners/tabs.html"
    ordering = ("name",)
    sortable_by = ()
    search_fields = ("funding_reference__exact", "name__istartswith")
    search_help_text = "Name, or funding reference"

    @display(description="Platform")
    def title(self, partner):
        return format_html('<span data-id="{}">{}</span>', partner.public_id, partner.name)

    @display(description="Mode")
    def mode_label(self, partner):
        return status(partner.mode, partner.get_mode_display())

    @display(description="Status")
    def status_label(self, partner):
        return status(partner.status, partner.get_status_display())

    @display(description="Keys")
    def live_keys(self, partner):
        return partner.live_keys

    @display(description="Last call")
    def last_used(self, partner):
        return when(partner.last_used_at)

    def get_queryset(self, request):
        live = Count("keys", Q(keys__revoked_at=None))
        return super().get_queryset(request).annotate(live_keys=live, last_used_at=Max("keys__last_used_at"))

    def get_urls(self):
        new = path("new/", self.admin_site.admin_view(self.new_view), name="partners_partner_new")
        return [new, *super().get_urls()]

    def doors(self):
        return [
            self.door("<str:public_id>/keys/", self.create_key, "create_key"),
            self.door("<str:public_id>/revoke/", self.revoke_key, "revoke_key"),
            self.door("<str:public_id>/suspend/", self.suspend, "suspend"),
            self.door("<str:public_id>/resume/", self.resume, "resume"),
        ]

    def page_context(self, request, partner):
        return {
            "keys": partner.keys.select_related("created_by").order_by("revoked_at", "-created_at")[:MOST_KEYS],
            "scopes": sorted(SCOPES),
            "may_manage_keys": request.user.has_perm("partners.manage_keys"),
            "may_suspend": request.user.has_perm("partners.create_partner"),
        }

    def new_view(self, request):
        """Add a platform."""
        if not request.user.has_perm("partners.create_partner"):
            raise PermissionDenied
        if request.method == "POST":
            name, mode = request.POST.get("name", ""), request.POST.get("mode", "")
            try:
                partner = operations.create_partner(name, mode, by=request.user)
            except DomainError as refusal:
                tell_refusal(request, refusal)
            else:
                messages.success(request, f"{partner.name} is added. Make a key for its programs next.")
                return redirect(page_url(partner))
        context = {"title": "Add a platform", "modes": Mode.choices, "name": request.POST.get("name", "")}
        return self.render(request, "admin/partners/new.html", context)

    def create_key(self, request, public_id):
        """Make a key and show its token on the answer itself: it is never stored, so it cannot be shown again."""
        partner = self.row_or_404(public_id)
        name, scopes = request.POST.get("name", ""), request.POST.getlist("scope")
        try:
            key, token = operations.create_key(partner.pk, name, scopes, by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(partner))
        context = {"title": "A new key", "row": partner, "key": key, "token": token}
        return self.render(request, "admin/partners/token.html", context)

    def revoke_key(self, request, public_id):
        partner = self.row_or_404(public_id)
        try:
            key_id = decode(ApiKey.id_prefix, request.POST.get("key", ""))
        except NotAnId:
            messages.error(request, "Choose a key.")
            return redirect(page_url(partner))
        done = "The key is revoked: it is refused from now on."
        return act(request, page_url(partner), operations.revoke_key, key_id, done=done)

    def suspend(self, request, public_id):
        partner = self.row_or_404(public_id)
        done = f"{partner.name} is suspended: its keys are refused. Payouts that exist go on."
        return act(request, page_url(partner), operations.suspend_partner, partner.pk, done=done)

    def resume(self, request, public_id):
        partner = self.row_or_404(public_id)
        done = f"{partner.name} is active: its keys are accepted again."
        return act(request, page_url(partner), operations.resume_partner, partner.pk, done=done)
