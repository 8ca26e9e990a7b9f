"""Platforms: what they are, what they have, which keys they call with, and where they are told."""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.database import database_now
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import page_url, status, when
from apps.core.text import whole_number
from apps.partners import operations
from apps.partners.models import ApiKey, Mode, Partner
from apps.partners.scopes import SCOPES

MOST_KEYS = 50
MOST_DIGITS = 7
"""Of a number of requests."""
OVERLAPS = {"0": "not at all", "24": "for a day", "168": "for a week", "720": "for 30 days"}
"""For how long, in hours, a key works together with the one that replaces it."""
LIFETIMES = {"": "until it is revoked", "30": "for 30 days", "90": "for 90 days", "365": "for a year"}
"""For how long, in days, a key works."""


@admin.register(Partner)
class PartnerAdmin(ReadOnlyAdmin):
    """Platforms that pay people through the portal."""

    view_permission = "partners.view_partner"
    add = staticmethod(operations.create_partner)
    list_title = "Platforms"
    page_template = "admin/partners/partner.html"
    list_display = ("title", "mode_label", "status_label", "transfers_say", "live_keys", "last_used")
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

    @display(description="Funding reference")
    def transfers_say(self, partner):
        return partner.funding_reference

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
            self.door("<str:public_id>/confirm-key/", self.confirm_key, "confirm_key"),
            self.door("<str:public_id>/rotate/", self.rotate_key, "rotate_key"),
            self.door("<str:public_id>/revoke/", self.revoke_key, "revoke_key"),
            self.door("<str:public_id>/twin/", self.add_twin, "add_twin"),
            self.door("<str:public_id>/suspend/", self.suspend, "suspend"),
            self.door("<str:public_id>/resume/", self.resume, "resume"),
        ]

    def page_rows(self, request):
        return super().page_rows(request).select_related("twin_of", "twin")

    def page_context(self, request, partner):
        now = database_now()
        keys = list(
            partner.keys.select_related("created_by", "confirmed_by").order_by("revoked_at", "-created_at")[:MOST_KEYS]
        )
        mine = set(request.user.people_behind)
        return {
            "keys": [{"key": key, "is_over": key.has_ended(now), "is_mine": key.created_by_id in mine} for key in keys],
            "replaceable": [key for key in keys if key.revoked_at is None and key.expires_at is None and not key.waits],
            "overlaps": OVERLAPS,
            "lifetimes": LIFETIMES,
            "usual_requests": settings.API_REQUESTS_PER_MINUTE,
            "twin": partner.twin_of or getattr(partner, "twin", None),
            "needs_twin": partner.mode == Mode.LIVE and not hasattr(partner, "twin"),
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
                partner = self.add(name, mode, by=request.user)
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
        days, often = request.POST.get("days", ""), request.POST.get("requests_per_minute", "")
        limits = {
            "networks": request.POST.get("networks", "").split(),
            "requests_per_minute": _count(often) if often else None,
            "expires_at": database_now() + timedelta(days=int(days)) if days in LIFETIMES and days else None,
        }
        try:
            key, token = operations.create_key(partner.pk, name, scopes, by=request.user, **limits)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(partner))
        context = {"title": "A new key", "row": partner, "key": key, "token": token}
        return self.render(request, "admin/partners/token.html", context)

    def rotate_key(self, request, public_id):
        """Replace a key by one that may do the same, and show its token on the answer itself."""
        partner = self.row_or_404(public_id)
        key_id, hours = _key(request, partner), request.POST.get("hours", "")
        if key_id is None or hours not in OVERLAPS:
            messages.error(request, "Choose a key, and how long both work.")
            return redirect(page_url(partner))
        try:
            key, token = operations.rotate_key(key_id, timedelta(hours=int(hours)), by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(partner))
        context = {"title": "A new key", "row": partner, "key": key, "token": token}
        return self.render(request, "admin/partners/token.html", context)

    def add_twin(self, request, public_id):
        """Add the sandbox of a live platform."""
        partner = self.row_or_404(public_id)
        return act(
            request,
            page_url(partner),
            self.add,
            f"{partner.name} (sandbox)"[:140],
            Mode.SANDBOX,
            twin_of=partner.pk,
            done=lambda twin: f"{twin.name} is added: its programs are tried out there, with keys of its own.",
        )

    def confirm_key(self, request, public_id):
        partner = self.row_or_404(public_id)
        key_id = _key(request, partner)
        if key_id is None:
            messages.error(request, "Choose a key.")
            return redirect(page_url(partner))
        return act(
            request,
            page_url(partner),
            operations.confirm_key,
            key_id,
            done="The key is confirmed: it works from now on.",
        )

    def revoke_key(self, request, public_id):
        partner = self.row_or_404(public_id)
        key_id = _key(request, partner)
        if key_id is None:
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


def _count(text) -> int:
    """Return a number of requests; what is none comes to nothing, which no key may have."""
    return whole_number(text, MOST_DIGITS) or 0


def _key(request, partner):
    """Return the id of the platform's key that a form names, or None."""
    try:
        key_id = decode(ApiKey.id_prefix, request.POST.get("key", ""))
    except NotAnId:
        return None
    return key_id if partner.keys.filter(pk=key_id).exists() else None
