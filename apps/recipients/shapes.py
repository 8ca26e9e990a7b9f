"""What may be said of a recipient and of where it is paid, whichever door it comes through."""

from apps.core.shapes.faults import fault, wrong_type
from apps.core.shapes.fields import BirthDate, Choice, Country, Currency, Email, Field, Text
from apps.core.shapes.objects import ABSENT, Maybe, Object
from apps.recipients.iban import InvalidAccount, check_bic, check_iban
from apps.recipients.operations import MethodDraft, RecipientDraft


class Birthday(BirthDate):
    """A date of birth; a company has none."""

    def read(self, value, pointer, faults, whole):
        if whole.get("kind") == "company":
            return fault(faults, pointer, "not-of-a-company", "A company has no date of birth: leave this out.")
        return super().read(value, pointer, faults, whole)


class Iban(Field):
    """An IBAN (ISO 13616); spaces and lower case are put right, nothing else is."""

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        try:
            return check_iban(value)
        except InvalidAccount as error:
            return fault(faults, pointer, error.code, error.detail)

    def shape(self):
        return {"type": "string", "minLength": 15, "maxLength": 64}


class Bic(Field):
    """A BIC (ISO 9362) that fits the IBAN beside it."""

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, str):
            return wrong_type(faults, pointer, "string")
        try:
            return check_bic(value, check_iban(whole["iban"])) if isinstance(whole.get("iban"), str) else ""
        except InvalidAccount as error:
            return fault(faults, pointer, error.code, error.detail) if error.code.startswith("bic") else None

    def shape(self):
        return {"type": "string", "minLength": 8, "maxLength": 14}


NEW_METHOD = Object(
    "NewMethod",
    "The bank account to pay to.",
    type=Choice("iban", title="Kind of account"),
    iban=Iban("Shown masked from here on.", title="IBAN", example="DE75512108001245126199"),
    bic=Bic("Needed only where a bank cannot be found by the IBAN.", title="BIC", required=False, default=""),
    holder_name=Text(
        "If it is not the recipient's name.", title="Account holder", max_length=140, required=False, default=""
    ),
    currency=Currency("Of the account.", title="Currency", required=False, default="EUR"),
)

_PERSON_OR_COMPANY = {
    "kind": Choice("individual", "company", title="Person or company"),
    "name": Text(
        "Legal name, as on an identity document or in a register.", title="Name", max_length=140, example="Ada Muster"
    ),
    "country": Country("Where the recipient lives or is registered.", title="Country", example="DE"),
    "date_of_birth": Birthday(
        "Of an individual; it clears up equal names.", title="Date of birth", required=False, example="1990-01-31"
    ),
    "email": Email("Kept with the recipient.", title="E-mail", required=False, default="", example="ada@example.org"),
    "reference": Text(
        "Your own name for the recipient.",
        title="Reference",
        max_length=64,
        required=False,
        default="",
        example="seller-1001",
    ),
}

NEW_RECIPIENT = Object(
    "NewRecipient",
    example={
        "kind": "individual",
        "name": "Ada Muster",
        "country": "DE",
        "reference": "seller-1001",
        "method": {"type": "iban", "iban": "DE75512108001245126199"},
    },
    **_PERSON_OR_COMPANY,
    method=Object(NEW_METHOD.name, NEW_METHOD.help_text, required=False, **NEW_METHOD.members),
)

RECIPIENT_CHANGE = Object(
    "RecipientChange",
    "Members that are left out stay as they are; null takes a member away.",
    example={"name": "Ada Muster-Beispiel"},
    **{name: _PERSON_OR_COMPANY[name].optional() for name in ("name", "country")},
    date_of_birth=Maybe(BirthDate("Of an individual.", title="Date of birth")),
    email=Maybe(_PERSON_OR_COMPANY["email"]),
)

INLINE_RECIPIENT = Object(
    "InlineRecipient",
    "A recipient that is created together with the payout.",
    **_PERSON_OR_COMPANY,
    method=NEW_METHOD,
)


def recipient_draft(document) -> RecipientDraft:
    """Return what the operation takes for a recipient's details as they were read."""
    details = {name: value for name, value in document.items() if name != "method"}
    method = method_draft(document["method"]) if document["method"] else None
    return RecipientDraft(**details, method=method)


def facts(document) -> dict:
    """Return the facts that a change of a recipient names, as they were read."""
    absent = {"name": None, "country": None, "date_of_birth": ABSENT, "email": ABSENT}
    said = {name: value for name, value in document.items() if value is not absent[name]}
    return said | ({"email": said["email"] or ""} if "email" in said else {})


def method_draft(document) -> MethodDraft:
    """Return what the operation takes for a method's details as they were read."""
    return MethodDraft(**{name: value for name, value in document.items() if name != "type"})
