"""
Codes: those an app on a phone shows (TOTP, RFC 6238: six digits, SHA-1, half minutes), and recovery codes.

Each is accepted once: a code of the app moves `last_step` on, a recovery code is marked as used.
"""

import hmac
import re
import secrets
from urllib.parse import parse_qs, urlsplit

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db.models.functions import Now

from apps.core import crypto
from apps.core.ciphertext import context_of
from apps.core.database import database_now
from apps.users.models import RecoveryCode, SecondFactor

ISSUER = "Payouts Portal"
STEP_SECONDS = 30
STEPS_ASIDE = 1  # a phone's clock may be half a minute wrong, and typing takes a while
RECOVERY_CODES = 10
_SECRET_BYTES = 20
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
_CODE = re.compile(r"[0-9]{6}")


def draw_secret(factor: SecondFactor) -> None:
    """Give a second factor a new secret."""
    secret = secrets.token_bytes(_SECRET_BYTES).hex()
    factor.secret_ciphertext = crypto.encrypt(secret, context_of(SecondFactor, "secret_ciphertext", factor.pk))


def totp_of(factor: SecondFactor) -> TOTP:
    """Return what makes the codes of a second factor."""
    context = context_of(SecondFactor, "secret_ciphertext", factor.pk)
    key = bytes.fromhex(crypto.decrypt(factor.secret_ciphertext, context))
    return TOTP(key, 6, SHA1(), STEP_SECONDS)  # noqa: S303  what the apps on phones know; RFC 6238


def uri_of(factor: SecondFactor) -> str:
    """Return the otpauth address that apps read, also from a QR code."""
    return totp_of(factor).get_provisioning_uri(factor.user.email, ISSUER)


def secret_of(factor: SecondFactor) -> str:
    """Return the secret in groups of four, for typing it into an app that cannot read the QR code."""
    query = parse_qs(urlsplit(uri_of(factor)).query)
    return " ".join(re.findall(".{1,4}", query["secret"][0]))


def drawing_of(uri: str) -> str:
    """Return the QR code of a text as SVG, dark on white whatever the theme, for cameras."""
    return segno.make(uri, error="m").svg_inline(scale=5, dark="#000", light="#fff", title="QR code for your app")


def find_step(factor: SecondFactor, code: str) -> int | None:
    """Return the half minute that the code belongs to, if it is near and newer than every one accepted before."""
    totp, now = totp_of(factor), int(database_now().timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - STEPS_ASIDE, now + STEPS_ASIDE + 1):
        is_right = hmac.compare_digest(totp.generate(step * STEP_SECONDS), code.encode())
        if is_right and step > factor.last_step:
            found = step
    return found


def accept_code(person, code: str) -> str:
    """
    Use up a code, and return "code" or "recovery code", or an empty text if it is wrong or was used before.

    The caller holds the lock of the person's row.
    """
    code = re.sub(r"[\s-]", "", code).lower()
    factor = SecondFactor.objects.filter(user=person, enrolled_at__isnull=False).select_for_update().first()
    if factor is None:
        return ""
    if _CODE.fullmatch(code):
        step = find_step(factor, code)
        if step is not None:
            SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
        return "code" if step is not None else ""
    digest = _digest(factor, code)
    used = RecoveryCode.objects.filter(second_factor=factor, digest=digest, used_at__isnull=True).update(used_at=Now())
    return "recovery code" if used else ""


def draw_recovery_codes(factor: SecondFactor) -> list[str]:
    """Give a second factor new recovery codes in place of all former ones, and return them: they are shown once."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(second_factor=factor, digest=_digest(factor, one)) for one in codes)
    return ["-".join(re.findall("....", code)) for code in codes]


def _digest(factor, code) -> bytes:
    return crypto.blind_index(code, f"recovery code of {factor.pk}")
