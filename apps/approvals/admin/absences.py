"""Who is away, until when, and who looks after what they would decide."""

from datetime import UTC, date, datetime, time, timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.approvals import operations
from apps.approvals.models import Absence
from apps.core.admin import ReadOnlyAdmin, act
from apps.core.database import database_now
from apps.core.ids import NotAnId, decode
from apps.users.models import User

MOST_SHOWN = 100


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin):
    """Absences that are not over. Everybody sets their own; administrators set those of others."""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("approvals.view_request") or request.user.has_perm("users.manage_roles")

    def doors(self):
        return [
            self.door("set/", self.set, "set"),
            self.door("<str:public_id>/end/", self.end, "end"),
        ]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        person, now = request.user, database_now()
        may_manage = person.has_perm("users.manage_roles")
        people = list(User.objects.filter(kind=User.Kind.PERSON, is_active=True).order_by("name")[:MOST_SHOWN])
        rows = Absence.objects.ahead(now).select_related("person", "delegate", "set_by")[:MOST_SHOWN]
        context = {
            "title": "Absences",
            "rows": [
                {"absence": row, "is_now": row.begins_at <= now, "may_end": may_manage or row.person_id == person.pk}
                for row in rows
            ],
            "people": people if may_manage else [person],
            "delegates": people,
            "may_manage": may_manage,
            "may_decide": person.has_perm("payouts.approve_payout"),
        }
        return self.render(request, "admin/approvals/absences.html", context)

    def set(self, request):
        form = request.POST
        person_id = _person(form.get("person")) or request.user.pk
        begins_at, ends_at = _midnight(form.get("first"), 0), _midnight(form.get("last"), 1)
        if begins_at:
            begins_at = max(begins_at, min(database_now(), begins_at + timedelta(days=1)))
        delegate_id = _person(form.get("delegate"))
        done = "Noted. It ends by itself."
        return act(
            request, _list(), operations.set_absence, person_id, begins_at, ends_at, delegate_id=delegate_id, done=done
        )

    def end(self, request, public_id):
        absence = self.row_or_404(public_id)
        return act(request, _list(), operations.end_absence, absence.pk, done="Noted: back again.")


def _person(public_id):
    try:
        return decode(User.id_prefix, public_id) if public_id else None
    except NotAnId:
        return None


def _midnight(text, days):
    """Return the beginning, in UTC, of the day that a form names, or of one so many days later; None: it names none."""
    try:
        day = date.fromisoformat(text or "") + timedelta(days=days)
    except ValueError:
        return None
    return datetime.combine(day, time(), tzinfo=UTC)


def _list() -> str:
    return reverse("admin:approvals_absence_changelist")
