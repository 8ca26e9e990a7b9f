"""Which column of a table holds which member of a payout, and a payout's document out of a row of cells."""

import re

from apps.payouts.plans.xlsx import Number, day_of

MEMBERS = {
    "reference": "Reference of the payout",
    "amount": "Amount",
    "currency": "Currency",
    "recipient": "Recipient: id (rcp_…)",
    "recipient/reference": "Recipient: your reference",
    "recipient/kind": "Recipient: individual or company",
    "recipient/name": "Recipient: name",
    "recipient/country": "Recipient: country (DE)",
    "recipient/date_of_birth": "Recipient: date of birth",
    "recipient/email": "Recipient: e-mail",
    "recipient/method/iban": "IBAN",
    "recipient/method/bic": "BIC",
    "recipient/method/holder_name": "Account holder, if another",
    "method": "Method: id (pm_…)",
    "rail": "Rail",
    "execute_on": "Not before (day)",
    "description": "Purpose",
}
"""What a column may hold, by its place in a payout's document, as a person chooses it."""

FIXED = ("currency", "recipient/kind", "recipient/country", "rail", "execute_on", "description")
"""What may be said once for every row."""

_DAYS = ("execute_on", "recipient/date_of_birth")
_NAMES = {
    "reference": "payout reference, your reference, payment reference, invoice, invoice number, end to end id, id",
    "amount": "sum, value, betrag, payment amount, amount due, total, netto",
    "currency": "ccy, währung, currency code, amount currency, target currency",
    "recipient": "recipient id, payee id",
    "recipient/reference": "recipient reference, payee reference, seller, seller id, vendor id, customer id, account id",
    "recipient/kind": "kind, type, recipient type, recipient kind, payee type, legal type",
    "recipient/name": "name, payee, payee name, recipient name, beneficiary, beneficiary name, creditor, creditor name,"
    " full name, account holder name, empfänger",
    "recipient/country": "country, country code, recipient country, land",
    "recipient/date_of_birth": "date of birth, birth date, dob, birthday",
    "recipient/email": "email, e mail, recipient email, receiver email, mail",
    "recipient/method/iban": "iban, account, account number, bank account, creditor iban, beneficiary iban, kontonummer",
    "recipient/method/bic": "bic, swift, swift code, bank code bic, swift bic",
    "recipient/method/holder_name": "holder name, account holder, holder",
    "method": "method id, payout method",
    "rail": "payment method, scheme",
    "execute_on": "execute on, execution date, value date, payment date, date, not before",
    "description": "purpose, description, note, memo, remittance, remittance information, verwendungszweck, message",
}


def heading(text: str) -> str:
    """Return a heading as it is compared: small letters, and one space for whatever stands between words."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


_KNOWN = {heading(name): member for member, names in _NAMES.items() for name in names.split(",")} | {
    heading(member): member for member in MEMBERS
}


def guess(header, remembered=None) -> list[str | None]:
    """Return the member that each heading seems to mean, as remembered first; None: nobody knows. None is named twice."""
    remembered, taken, found = remembered or {}, set(), []
    for text in header:
        name = heading(text)
        member = remembered.get(name, _KNOWN.get(name))
        if member and member in taken:
            member = None
        taken.add(member)
        found.append(member)
    return found


def missing(columns, fixed) -> str:
    """Say what a table with these columns lacks for any payout, or nothing."""
    named = {*(columns or ()), *fixed}
    for member in ("amount", "currency", "reference"):
        if member not in named:
            return f"No column holds the {MEMBERS[member].lower()}."
    if not named & {"recipient", "recipient/reference", "recipient/method/iban"}:
        return "No column says who is paid: by id, by your reference, or by name and IBAN."
    return ""


def document(cells, columns, fixed) -> dict:
    """Return what a row says, in the shape of a payout of the API. Empty cells say nothing."""
    said = dict(fixed)
    for cell, member in zip(cells, columns, strict=False):
        text = day_of(cell) if isinstance(cell, Number) and member in _DAYS else str(cell).strip()
        if member and text:
            said[member] = text
    return _nested(said)


def _nested(said) -> dict:
    """
    Put members in their places. A recipient is an id, or only a reference, or else all its details.

    Beside an id or a reference alone, nothing that is fixed for all rows makes somebody new.
    """
    plain = {member: text for member, text in said.items() if not member.startswith("recipient")}
    details = {member: text for member, text in said.items() if member.startswith("recipient/")}
    if "recipient" in said:
        return {"recipient": said["recipient"], **plain}
    if not details:
        return plain
    if not details.keys() & {"recipient/name", "recipient/method/iban"} and "recipient/reference" in details:
        return {"recipient": {"reference": details["recipient/reference"]}, **plain}
    recipient = {member.split("/")[1]: text for member, text in details.items() if member.count("/") == 1}
    method = {member.split("/")[2]: text for member, text in details.items() if member.count("/") == 2}
    if method:
        recipient["method"] = {"type": "iban", **method}
    return {"recipient": recipient, **plain}


def column_of(pointer: str, columns) -> str:
    """Return the letter of the column that a fault is in, as a spreadsheet names it, or nothing."""
    member = pointer.lstrip("/")
    for candidate in (member, member.partition("/")[0] if "/" not in member else ""):
        if candidate and candidate in (columns or ()):
            return letter(columns.index(candidate))
    return ""


def letter(number: int) -> str:
    """Return the name of a column: A, B, … Z, AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
