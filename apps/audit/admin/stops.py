"""
Stops: what is stopped, what a new stop would affect, and the two people who lift one.

The pages are here and not with the rails, since whether hold mode can be lifted depends on statements.
"""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit import operations, queries
from apps.core.admin import ReadOnlyAdmin, act, page_url, tell_refusal
from apps.partners.models import Partner
from apps.payouts.errors import CannotStop
from apps.payouts.operations import stop_sending
from apps.payouts.operations.stops import ROWS, stored_value
from apps.payouts.queries import effect_of_stop
from apps.rails.models import BankAccount, Stop
from apps.rails.registry import RAILS

MOST_LIFTED = 30


@admin.register(Stop)
class StopAdmin(ReadOnlyAdmin):
    """Everything that is stopped, and was."""

    view_permission = "payouts.view_payout"
    page_template = "admin/audit/stop.html"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        stops = Stop.objects.select_related("opened_by", "lift_proposed_by", "lifted_by")
        context = {
            "title": "Stops",
            "open": named(stops.open()),
            "lifted": named(stops.exclude(lifted_at=None)[:MOST_LIFTED]),
            "run": queries.last_run(),
            "may_stop": request.user.has_perm("payouts.stop_sending"),
            "scopes": Stop.Scope.choices,
            "rails": RAILS.values(),
            "bank_accounts": BankAccount.objects.active().order_by("name"),
            "platforms": Partner.objects.order_by("name"),
        } | self._preview(request)
        return self.render(request, "admin/audit/stops.html", context)

    def _preview(self, request) -> dict:
        """Return what the stop that is asked about would affect; nothing is made."""
        scope = request.GET.get("scope", "")
        if not scope or not request.user.has_perm("payouts.stop_sending"):
            return {}
        value = request.GET.get("value", "").strip()
        try:
            stop = Stop(scope=scope, value=stored_value(scope, value))
        except CannotStop as refusal:
            tell_refusal(request, refusal)
            return {"asked_scope": scope, "asked_value": value}
        [stop] = named([stop])
        return {"asked": stop, "asked_scope": scope, "asked_value": value, "effect": effect_of_stop(stop)}

    def page_rows(self, request):
        return Stop.objects.select_related("opened_by", "lift_proposed_by", "lifted_by")

    def page_context(self, request, stop):
        named([stop])
        is_hold_mode = stop.is_open and stop.kind == Stop.Kind.AFTER_RESTORE
        run = queries.last_run()
        return {
            "title": f"Stop: {stop.name}",
            "effect": effect_of_stop(stop) if stop.is_open else None,
            "missing": queries.not_stated_since(stop.opened_at) if is_hold_mode else [],
            "held": queries.held_since_restore() if is_hold_mode else 0,
            "violations": run.violations if run and stop.kind == Stop.Kind.INVARIANT else [],
            "may_lift": request.user.has_perm("payouts.lift_stop"),
        }

    def doors(self):
        return [
            self.door("open/", self.open, "open"),
            self.door("<str:public_id>/propose/", self.propose, "propose"),
            self.door("<str:public_id>/confirm/", self.confirm, "confirm"),
        ]

    def open(self, request):
        details = {name: request.POST.get(name, "") for name in ("scope", "value", "reason")}
        scope, value = details.pop("scope"), details.pop("value")
        back = reverse("admin:rails_stop_changelist")
        return act(request, back, stop_sending, scope, value, **details, done="Stopped. Nothing that it covers leaves.")

    def propose(self, request, public_id):
        stop, reason = self.row_or_404(public_id), request.POST.get("reason", "")
        done = "Proposed. It stays stopped until somebody else agrees."
        return act(request, page_url(stop), operations.propose_lift, stop.pk, reason=reason, done=done)

    def confirm(self, request, public_id):
        stop = self.row_or_404(public_id)
        return act(request, page_url(stop), operations.confirm_lift, stop.pk, done="Lifted. What it held leaves now.")


def named(stops) -> list[Stop]:
    """Give each stop the `name` of what it covers, with one query per kind of row."""
    stops, names = list(stops), {}
    for scope, model in ROWS.items():
        ids = {stop.value for stop in stops if stop.scope == scope}
        names |= {str(row.pk): str(row) for row in model.objects.filter(pk__in=ids)} if ids else {}
    for stop in stops:
        what = RAILS[stop.value].title if stop.value in RAILS else names.get(stop.value, stop.value)
        stop.name = f"{stop.get_scope_display()} {what}".strip()
    return stops
