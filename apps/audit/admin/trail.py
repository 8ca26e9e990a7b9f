"""The audit trail: who did what to whom, when; and what was refused."""

from datetime import date

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from psycopg.errors import QueryCanceled

from apps.audit import operations
from apps.audit.trail import DESCRIPTIONS, ROWS_PER_PAGE, TrailQuestion, find, kinds
from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import page_url, words
from apps.core.templatetags.subjects import names_of
from apps.core.text import whole_number
from apps.events.catalog import PUBLISHED
from apps.events.models import Event
from apps.events.operations import EventRange, resend_range
from apps.partners.models import Partner
from apps.users.models import User

MOST_OFFERED = 500
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
MOST_DELIVERIES = 50
LATE = "This asks too much of the database at once. Choose fewer days, or what happened, then ask again."


def _day(label):
    bounds = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=False, label=label, widget=day, validators=bounds)


def _choice(label):
    return forms.ChoiceField(required=False, label=label)


class TrailForm(forms.Form):
    """Every filter of the audit trail; days are of UTC."""

    who = forms.CharField(required=False, max_length=200, label="Who")
    object = forms.CharField(required=False, max_length=40, label="About what")
    type = _choice("What happened")
    kind = _choice("Kind of object")
    partner = _choice("Platform")
    first_day, last_day = _day("From"), _day("Until")

    def __init__(self, data):
        super().__init__(data, auto_id="filter-%s")
        platforms = [(partner.public_id, partner.name) for partner in Partner.objects.order_by("name")[:MOST_OFFERED]]
        offered = {
            "type": [(name, words(name)) for name in sorted(DESCRIPTIONS)],
            "kind": [(name, words(name)) for name in kinds()],
            "partner": platforms,
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", "Any"), *choices]
        for field in self.fields.values():
            field.widget.attrs["class"] = "pp-input"
        self.fields["who"].widget.attrs["placeholder"] = "Email, name or id"
        self.fields["object"].widget.attrs["placeholder"] = "Id of what it is about"

    def clean_who(self):
        """Return the id of whom is meant: a person by email address or name, a key by its id."""
        text = self.cleaned_data["who"].strip()
        if not text or text.startswith(("usr_", "key_")):
            return text
        named = User.objects.filter(email=text.lower()) if "@" in text else User.objects.filter(name__iexact=text)
        found = list(named[:2])
        if len(found) != 1:
            raise forms.ValidationError("Several people have this name." if found else "Nobody is called this.")
        return found[0].public_id

    def question(self) -> TrailQuestion:
        given = self.cleaned_data
        return TrailQuestion(
            actor=given["who"],
            type=given["type"],
            kind=given["kind"],
            object=given["object"].strip(),
            partner_id=decode(Partner.id_prefix, given["partner"]) if given["partner"] else None,
            first_day=given["first_day"],
            last_day=given["last_day"],
        )

    def as_query(self) -> str:
        """Return what is asked as it stands in an address."""
        return urlencode([(name, value) for name in self.fields if (value := self.data.get(name))])


@admin.register(Event)
class TrailAdmin(ReadOnlyAdmin):
    """Every fact there is, newest first."""

    view_permission = "events.view_event"
    page_template = "admin/events/event.html"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        form, rows, is_late = TrailForm(request.GET), [], False
        if form.is_valid():
            try:
                rows = find(form.question(), before=whole_number(request.GET.get("before"), 18), most=ROWS_PER_PAGE + 1)
            except OperationalError as error:
                if not isinstance(error.__cause__, QueryCanceled):
                    raise
                is_late = True
        shown = rows[:ROWS_PER_PAGE]
        names = names_of({event.partner for event in shown if event.partner})
        context = {
            "title": "Audit trail",
            "form": form,
            "query": form.as_query(),
            "rows": [(event, DESCRIPTIONS.get(event.type, ""), names.get(event.partner, "")) for event in shown],
            "has_older": len(rows) > ROWS_PER_PAGE,
            "is_first": "before" not in request.GET,
            "is_late": LATE if is_late else "",
            "most_exported": operations.MOST_EXPORTED,
        }
        return self.render(request, "admin/audit/trail.html", context)

    def doors(self):
        return [
            self.door("export/", self.export, "export"),
            self.door("<str:public_id>/resend/", self.resend, "resend"),
        ]

    def resend(self, request, public_id):
        """Tell every active endpoint of the platform of this event again."""
        event = self.row_or_404(public_id)
        this = EventRange(event.partner_id, after=event.pk - 1, through=event.pk)

        def done(resent):
            return f"It is sent again to {resent.messages} endpoint{'' if resent.messages == 1 else 's'}."

        return act(request, page_url(event), resend_range, this, done=done)

    def export(self, request):
        """Send what the list was asked as a file; that it was taken is itself an event."""
        form = TrailForm(request.POST)
        back = f"{reverse('admin:events_event_changelist')}?{form.as_query()}"
        if not form.is_valid():
            messages.error(request, "A filter cannot be read, so nothing was exported.")
            return redirect(back)
        try:
            text = operations.export_trail(form.question(), by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(back)
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            messages.error(request, LATE)
            return redirect(back)
        disposition = {"Content-Disposition": 'attachment; filename="audit-trail.csv"'}
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=disposition)

    def row_or_404(self, public_id, queryset=None):
        try:
            event = Event.objects.filter(uid=decode("evt", public_id)).first()
        except NotAnId as error:
            raise Http404 from error
        if event is None:
            raise Http404
        return event

    def page_context(self, request, event):
        around = Event.objects.filter(subject=event.subject, sequence__in=[event.sequence - 1, event.sequence + 1])
        neighbors = {other.sequence - event.sequence: other for other in around}
        return {
            "title": words(event.type),
            "meaning": DESCRIPTIONS.get(event.type, ""),
            "platform": names_of([event.partner]).get(event.partner, ""),
            "changes": [(name, *pair) for name, pair in event.changes.items()],
            "deliveries": event.deliveries.select_related("endpoint")[:MOST_DELIVERIES],
            "earlier": neighbors.get(-1),
            "later": neighbors.get(1),
            "may_resend": event.partner_id is not None
            and event.type in PUBLISHED
            and request.user.has_perm("events.resend_delivery"),
        }
