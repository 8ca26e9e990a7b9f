"""
What must be known of a recipient to pay them, as JSON Schema 2020-12.

The schema is written by the shapes that requests, rows of files and forms are read with (`shapes.py`), narrowed to one rail,
currency, country of the account and kind of recipient. Accounts are in electronic form there: without spaces, in capitals.
What no schema can say is checked when it is sent: check digits, that a bank exists, that a name is left in a rail's letters.
"""

from apps.core.errors import Fault, Invalid
from apps.rails.contract import Rail
from apps.recipients.iban import iban_pattern
from apps.recipients.shapes import NEW_METHOD, NEW_RECIPIENT

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BIC = "^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$"
_COUNTRY = "^(?:[A-Z]{2})$"
_TEXT_LIMITS = {"reference": 64, "name": 140}


def requirements(rail: Rail, currency: str, country: str, kind: str, *, on=None) -> dict:
    """
    Return the schema of a new recipient that the rail can pay in this currency to an account in this country.

    :raises Invalid: with a fault for the currency or the country (``?currency``) if the rail does not serve it on the day.
    """
    faults = [
        Fault({"/currency": "?currency"}.get(fault.pointer, "?country"), fault.code, fault.detail)
        for fault in rail.check_reach(None, currency, country, on=on)
    ]
    pattern = iban_pattern(country)
    if pattern is None and not faults:
        faults.append(Fault("?country", "iban-country", f"No bank in {country} issues IBANs."))
    if faults:
        raise Invalid("A query parameter has faults.", errors=faults)
    schema = NEW_RECIPIENT.definition()
    members = schema["properties"]
    members["kind"] = {**members["kind"], "enum": [kind]}
    members["country"]["pattern"] = _COUNTRY
    for name, most in _TEXT_LIMITS.items():
        members[name]["maxLength"] = most
    if kind == "company":
        del members["date_of_birth"]
    members["method"] = _method(rail, currency, pattern)
    return {
        "$schema": DIALECT,
        "title": f"A recipient paid in {currency} to an account in {country} by {rail.title}",
        **schema,
        "required": [*schema["required"], "method"],
        "if": {"properties": {"method": {"required": ["holder_name"]}}},
        "else": {"properties": {"name": {"maxLength": rail.capabilities.max_name_length}}},
    }


def _method(rail, currency, pattern) -> dict:
    schema = NEW_METHOD.definition()
    members = schema["properties"]
    members["iban"] = {**members["iban"], "pattern": pattern}
    members["iban"].pop("examples", None)
    members["bic"]["pattern"] = _BIC
    members["holder_name"]["maxLength"] = rail.capabilities.max_name_length
    members["currency"] = {**members["currency"], "enum": [currency]}
    prose = {"title": "Account", "description": NEW_METHOD.help_text}
    # An account in another currency than the one that counts where none is named has to name its own.
    needed = [] if currency == NEW_METHOD.members["currency"].default else ["currency"]
    return {**prose, **schema, "required": [*schema["required"], *needed]}
