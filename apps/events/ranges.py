"""The form in which people say which events an endpoint is told again."""

from django import forms
from django.core.exceptions import ValidationError

from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import words
from apps.events.catalog import PUBLISHED
from apps.events.models import Endpoint, Event
from apps.events.operations import EventRange


def _moment(label):
    moment = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(required=False, label=label, widget=moment)


class RangeForm(forms.Form):
    """Which events are told again. Moments are of the zone in which the person is shown times."""

    since, until = _moment("From"), _moment("Until, not included")
    after = forms.CharField(required=False, max_length=40, label="After the event")
    through = forms.CharField(required=False, max_length=40, label="Up to the event")
    type = forms.ChoiceField(required=False, label="What happened")
    only_undelivered = forms.BooleanField(required=False, label="Only what has not arrived")

    def __init__(self, data, endpoint: Endpoint):
        super().__init__(data, auto_id="range-%s")
        self.endpoint = endpoint
        self.fields["type"].choices = [("", "Anything"), *((name, words(name)) for name in sorted(PUBLISHED))]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "pp-check" if name == "only_undelivered" else "pp-input"
        for name in ("after", "through"):
            self.fields[name].widget.attrs["placeholder"] = "evt_…"

    def clean_after(self):
        return self._event("after")

    def clean_through(self):
        return self._event("through")

    def clean(self):
        given = self.cleaned_data
        if not self.errors and not any(given[name] for name in ("since", "until", "after", "through")):
            raise ValidationError("Say where the range begins or ends.")
        if given.get("since") and given.get("until") and given["since"] >= given["until"]:
            self.add_error("until", "The range ends before it begins.")
        return given

    def range(self) -> EventRange:
        given = self.cleaned_data
        return EventRange(
            partner_id=self.endpoint.partner_id,
            after=given["after"].pk if given["after"] else 0,
            through=given["through"].pk if given["through"] else None,
            since=given["since"],
            until=given["until"],
            types=(given["type"],) if given["type"] else (),
            only_undelivered=given["only_undelivered"],
        )

    def _event(self, name) -> Event | None:
        """Return the event of the endpoint's platform that the text names."""
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        try:
            event = Event.objects.filter(uid=decode("evt", text), partner_id=self.endpoint.partner_id).first()
        except NotAnId:
            event = None
        if event is None:
            raise ValidationError("The platform has no such event.")
        return event
