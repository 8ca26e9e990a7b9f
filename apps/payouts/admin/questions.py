"""Reading what the list of payouts is asked from an address, and writing it into one."""

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join

from apps.core.ids import NotAnId, decode
from apps.core.money import exponent
from apps.partners.models import Partner
from apps.payouts.listing import TURNS, Question
from apps.payouts.models import Batch, SavedView
from apps.payouts.states import State
from apps.rails.registry import RAILS
from apps.recipients.models import Recipient

MOST_PLATFORMS = 500
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
KEPT = {"held": "Held", "stopped": "Stopped"}


class PublicIdField(forms.CharField):
    """A public id; its value is the id of the row."""

    def __init__(self, model, **options):
        super().__init__(required=False, widget=forms.HiddenInput, **options)
        self.prefix = model.id_prefix

    def clean(self, value):
        text = super().clean(value)
        try:
            return decode(self.prefix, text) if text else None
        except NotAnId as error:
            raise forms.ValidationError("This is no id.") from error


class LongSelect(forms.Select):
    """A choice of hundreds, which Django would write by a template for each."""

    def render(self, name, value, attrs=None, renderer=None):
        options = format_html_join(
            "",
            "<option{}>{}</option>",
            ((flatatt({"value": key, "selected": key == (value or "")}), title) for key, title in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt({"name": name} | self.attrs | (attrs or {})), options)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


def _day(label):
    bounds = [
        MinValueValidator(FIRST_DAY, f"Choose a day from {FIRST_DAY.year} on."),
        MaxValueValidator(LAST_DAY, f"Choose a day until {LAST_DAY.year}."),
    ]
    return forms.DateField(required=False, label=label, widget=DayInput(), validators=bounds)


def _amount(label):
    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "0.00"})
    return forms.DecimalField(required=False, label=label, min_value=0, max_digits=18, widget=widget)


def _choice(label, choices, widget=forms.Select):
    return forms.ChoiceField(required=False, label=label, choices=[("", "Any"), *choices], widget=widget)


class QuestionForm(forms.Form):
    """Every filter of the list; days are of UTC. Without a currency, amounts are of currencies with two decimals."""

    state = forms.MultipleChoiceField(required=False, choices=State.choices, widget=forms.CheckboxSelectMultiple)
    turn = _choice("Waits for", [(name, title) for name, (title, _) in TURNS.items()])
    kept = _choice("Kept back", KEPT.items())
    partner = _choice("Platform", [], LongSelect)
    rail = _choice("Rail", [(name, rail.title) for name, rail in RAILS.items()])
    bank_account = _choice("Bank account", [])
    currency = _choice("Currency", [])
    least = _amount("Amount from")
    most = _amount("Amount to")
    created_from, created_to = _day("Created from"), _day("Created to")
    cut_off_from, cut_off_to = _day("Cut-off from"), _day("Cut-off to")
    paid_from, paid_to = _day("Paid from"), _day("Paid to")
    batch, recipient = PublicIdField(Batch), PublicIdField(Recipient)
    q = forms.CharField(required=False, max_length=140)

    def __init__(self, data, bank_accounts):
        super().__init__(_with_states(data), auto_id="filter-%s")
        self.bank_accounts = {account.public_id: account for account in bank_accounts}
        self.partners = {partner.public_id: partner for partner in _partners(data.get("partner"))}
        currencies = sorted({account.currency for account in bank_accounts})
        self._offer("partner", [(key, partner.name) for key, partner in self.partners.items()])
        self._offer("bank_account", [(key, account.name) for key, account in self.bank_accounts.items()])
        self._offer("currency", [(currency, currency) for currency in currencies])
        for name, field_ in self.fields.items():
            if name != "state":
                field_.widget.attrs["class"] = "pp-input"

    def _offer(self, name, choices):
        self.fields[name].choices = [("", "Any"), *choices]

    def question(self) -> Question:
        """Return what is asked, of a form that is valid."""
        given = self.cleaned_data
        places = exponent(given["currency"]) if given["currency"] else 2
        return Question(
            text=given["q"].strip(),
            states=given["state"],
            turn=given["turn"],
            kept=given["kept"],
            partner=self.partners[given["partner"]].pk if given["partner"] else None,
            rail=given["rail"],
            bank_account=self.bank_accounts.get(given["bank_account"]),
            currency=given["currency"],
            least=_minor(given["least"], places, ROUND_CEILING),
            most=_minor(given["most"], places, ROUND_FLOOR),
            created=(given["created_from"], given["created_to"]),
            cut_off=(given["cut_off_from"], given["cut_off_to"]),
            paid=(given["paid_from"], given["paid_to"]),
            batch=given["batch"],
            recipient=given["recipient"],
        )

    def chosen(self) -> list[dict]:
        """Return each filter that is set in words, with the address of the list without it."""
        query = self.as_query()
        chips = []
        for name in query:
            if name == "q":
                continue
            without = query.copy()
            del without[name]
            chips.append({"text": f"{self._title(name)}: {self._words(name)}", "address": f"?{without.urlencode()}"})
        return chips

    def _title(self, name):
        return self.fields[name].label or name.capitalize()

    def _words(self, name):
        titles = dict(getattr(self.fields[name], "choices", ()))
        return ", ".join(str(titles.get(value, value)) for value in self.as_query().getlist(name))

    def as_query(self) -> QueryDict:
        """Return the question as it stands in an address: known filters alone, each once, in the form's order."""
        query = QueryDict(mutable=True)
        for name in self.fields:
            values = [value for value in self.data.getlist(name) if value]
            if values:
                query.setlist(name, values)
        return query


def _partners(asked_for) -> list:
    """Return the platforms that can be chosen, with the one that is asked for, however many there are."""
    partners = list(Partner.objects.order_by("name")[:MOST_PLATFORMS])
    if len(partners) < MOST_PLATFORMS or any(partner.public_id == asked_for for partner in partners):
        return partners
    try:
        return [*partners, *Partner.objects.filter(pk=decode(Partner.id_prefix, asked_for or ""))]
    except NotAnId:
        return partners


def views_of(person, query: str) -> list[dict]:
    """Return the views that a person keeps, each with whether it is the one that is shown."""
    views = SavedView.objects.filter(owner=person)
    return [{"view": view, "is_chosen": view.query == query} for view in views]


def _with_states(data):
    """Let states stand in one parameter too, with commas."""
    data = data.copy()
    data.setlist("state", [state for value in data.getlist("state") for state in value.split(",") if state])
    return data


def _minor(amount: Decimal | None, places: int, rounding: str) -> int | None:
    return None if amount is None else int(amount.scaleb(places).to_integral_value(rounding))
