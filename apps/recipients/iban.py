"""IBANs (ISO 13616): checked by a kept library, masked by our own rule."""

import re
from functools import lru_cache

from schwifty import BIC, IBAN, registry
from schwifty.exceptions import (
    InvalidBBANChecksum,
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    InvalidStructure,
    SchwiftyException,
)

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", re.ASCII)


class InvalidAccount(ValueError):
    """An account identifier that is refused; `code` is stable and `detail` never repeats the number."""

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code
        self.detail = detail


@lru_cache(maxsize=4096)
def check_iban(text: str) -> str:
    """
    Return the IBAN in electronic form: capitals, no spaces.

    What was found valid lately is remembered: a thousand at once are read once, and looked at again by each check after.

    :raises InvalidAccount: with code ``iban-format``, ``iban-country``, ``iban-length`` or ``iban-checksum``.
    """
    iban = text.replace(" ", "").upper() if text.isascii() else ""
    if not _SHAPE.fullmatch(iban):
        raise InvalidAccount("iban-format", "An IBAN is two letters, two digits, then up to 30 letters and digits.")
    try:
        IBAN(iban, validate_bban=True)
    except InvalidCountryCode:
        raise InvalidAccount("iban-country", f"No country with the code {iban[:2]} issues IBANs.") from None
    except (InvalidLength, InvalidStructure):
        raise InvalidAccount("iban-length", f"An IBAN of {iban[:2]} has another length or structure.") from None
    except (InvalidChecksumDigits, InvalidBBANChecksum):
        raise InvalidAccount("iban-checksum", "The check digits do not fit: a character is probably wrong.") from None
    except SchwiftyException:
        raise InvalidAccount("iban-format", "This is not a valid IBAN.") from None
    return iban


def iban_pattern(country: str) -> str | None:
    """Return the form of a country's IBANs as a pattern of JSON Schema, in electronic form; None: it issues none."""
    try:
        spec = registry.get_iban_spec(country)
    except SchwiftyException:
        return None
    bban = spec.regex.pattern.removeprefix("^").replace("\\d", "[0-9]")
    return f"^{country}[0-9]{{2}}{bban}"


def check_bic(text: str, iban: str) -> str:
    """
    Return the BIC (ISO 9362) in capitals.

    :raises InvalidAccount: with code ``bic-format``, ``bic-test`` or ``bic-country`` (not the IBAN's country).
    """
    bic = text.replace(" ", "").upper() if text.isascii() else ""
    try:
        parsed = BIC(bic)
    except SchwiftyException:
        raise InvalidAccount("bic-format", "A BIC has 8 or 11 characters: bank, country, place, branch.") from None
    if bic[7] == "0":
        raise InvalidAccount("bic-test", "This is a test BIC.")
    if parsed.country_code != iban[:2] and not _same_iban_area(parsed.country_code, iban[:2]):
        raise InvalidAccount("bic-country", "The BIC belongs to another country than the IBAN.")
    return bic


def mask_account(account: str) -> str:
    """Return what may be shown: the first four and last four characters of the account."""
    return f"{account[:4]} **** **** {account[-4:]}"


# French overseas territories have country codes of their own in BICs while their IBANs begin with FR; the Crown
# dependencies do the same with GB.
_IBAN_AREAS = {"FR": {"GF", "GP", "MQ", "RE", "PF", "TF", "YT", "NC", "BL", "MF", "PM", "WF"}, "GB": {"IM", "JE", "GG"}}


def _same_iban_area(bic_country: str, iban_country: str) -> bool:
    return bic_country in _IBAN_AREAS.get(iban_country, ())
