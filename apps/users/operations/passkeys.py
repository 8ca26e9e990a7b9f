"""
Passkeys (WebAuthn Level 3): a second factor beside the phone's codes, to sign in with and to confirm what matters.

A challenge is asked in one session of one browser and answered once. Checked are the site, that the device has seen who
holds it (user verification), the signature, and that its counter went on.
"""

import json

import webauthn
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from apps.core.errors import Fault, Invalid, NotFound
from apps.core.permissions import ConfirmationNeeded
from apps.core.text import InvalidText, check_text
from apps.events.operations import Fact, record
from apps.users import attempts
from apps.users.models import Attempts, Challenge, Passkey, SignIn, User
from apps.users.operations.signing_in import CannotSignIn, count_attempts, refuse_sign_in
from apps.users.queries import has_second_factor

MOST_PASSKEYS = 10
LONGEST_ANSWER = 20_000
_JUNK = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


class CannotAddPasskey(Invalid):
    """`code` says why: wrong-answer, too-many, known-already, none-there, or validation-failed with the fault of the name."""

    title = "The passkey cannot be added"


def ask_to_add(asked_from, *, by) -> str:
    """
    Return what a browser is asked to make a passkey with, as JSON.

    :raises ConfirmationNeeded: if they have not given their second factor a short while ago.
    :raises CannotAddPasskey: if they have no phone yet, or too many passkeys.
    """
    known = _require_room(by)
    options = webauthn.generate_registration_options(
        rp_id=asked_from.site,
        rp_name="Payouts Portal",
        user_id=by.pk.bytes,
        user_name=by.email,
        user_display_name=by.name,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(one.credential_id)) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    _keep(by, Challenge.Purpose.ADD, asked_from, options.challenge)
    return webauthn.options_to_json(options)


@transaction.atomic
def add_passkey(name, answer, asked_from, *, by):
    """
    Keep a passkey that a browser has made, under a name of its person.

    :raises ConfirmationNeeded: if they have not given their second factor a short while ago.
    :raises CannotAddPasskey: if the answer is to no question of this session, or not as it has to be.
    """
    [person] = User.objects.lock([by.pk])
    _require_room(by)
    try:
        name = check_text(name, max_length=60)
    except InvalidText as error:
        raise CannotAddPasskey(errors=[Fault("/name", error.code, f"The name: {error.detail}")]) from error
    challenge = _take(person, Challenge.Purpose.ADD, asked_from, answer)
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=asked_from.site,
            expected_origin=asked_from.origin,
            require_user_verification=True,
        )
    except _JUNK as error:
        raise CannotAddPasskey("This answer is wrong. Try it again.", code="wrong-answer") from error
    passkey = Passkey(user=person, name=name, credential_id=found.credential_id, public_key=found.credential_public_key)
    passkey.sign_count = found.sign_count
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
    except IntegrityError as error:
        raise CannotAddPasskey("This passkey is known already.", code="known-already") from error
    record("user.passkey_added", [_fact(person, passkey)], by=by)
    return passkey


@transaction.atomic
def remove_passkey(passkey_id, *, by) -> None:
    """
    Take away a passkey of one's own; it opens nothing from then on.

    :raises ConfirmationNeeded: if they have not given their second factor a short while ago.
    :raises NotFound: if they have no such passkey.
    """
    if by.is_unconfirmed:
        raise ConfirmationNeeded("passkeys")
    [person] = User.objects.lock([by.pk])
    passkey = Passkey.objects.filter(user=person, pk=passkey_id).first()
    if passkey is None:
        raise NotFound("You have no such passkey.")
    record("user.passkey_removed", [_fact(person, passkey)], by=by)
    passkey.delete()


def ask_to_use(person, asked_from) -> str:
    """Return what a browser is asked to use a passkey of this person with, as JSON; empty if they have none."""
    known = list(Passkey.objects.filter(user_id=person.pk))
    if not known:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=asked_from.site,
        allow_credentials=[PublicKeyCredentialDescriptor(id=bytes(one.credential_id)) for one in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _keep(person, Challenge.Purpose.USE, asked_from, options.challenge)
    return webauthn.options_to_json(options)


def check_passkey(user_id, answer, asked_from, *, address) -> None:
    """
    Accept what a passkey of somebody has signed, once.

    :raises SignInClosed: if there were too many attempts with codes or passkeys of this person.
    :raises CannotSignIn: if it is wrong, answers no question of this session, or its counter has not gone on.
    """
    counted = count_attempts(Attempts.Kind.CODE, str(user_id), address)
    with transaction.atomic():
        [person] = User.objects.lock([user_id])
        is_right = _accept(person, answer, asked_from)
    if not is_right:
        refuse_sign_in(counted, person, address, "passkey")
        raise CannotSignIn("The passkey was not accepted. Try it again, or use a code.")
    for attempt in counted:
        attempts.take_back(attempt)


def confirm_by_passkey(answer, asked_from, *, by, address) -> None:
    """
    Show by a passkey that it is still the person who signed in.

    :raises SignInClosed: if there were too many attempts.
    :raises CannotSignIn: if the passkey is not accepted.
    """
    check_passkey(by.pk, answer, asked_from, address=address)
    SignIn.objects.filter(pk=by.sign_in.pk, ended_at__isnull=True).update(confirmed_at=Now())


def _accept(person, answer, asked_from) -> bool:
    """Use up the question, and tell whether the answer is right; the caller holds the lock of the person's row."""
    challenge = _take(person, Challenge.Purpose.USE, asked_from, answer)
    try:
        credential_id = base64url_to_bytes(json.loads(answer)["rawId"])
        passkey = Passkey.objects.filter(user=person, credential_id=credential_id).first()
        if challenge is None or passkey is None:
            return False
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=asked_from.site,
            expected_origin=asked_from.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _JUNK:
        return False
    Passkey.objects.filter(pk=passkey.pk).update(sign_count=found.new_sign_count, last_used_at=Now())
    return True


def _keep(person, purpose, asked_from, value):
    Challenge.objects.create(user_id=person.pk, purpose=purpose, session=asked_from.session, value=value)


def _take(person, purpose, asked_from, answer) -> bytes | None:
    """Return the question that is answered, which nobody can answer again; None if it was asked of somebody else, or never."""
    try:
        if len(answer) > LONGEST_ANSWER:
            return None
        said = json.loads(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"]))
        value = base64url_to_bytes(said["challenge"])
    except _JUNK:
        return None
    asked = Challenge.objects.fresh().filter(user=person, purpose=purpose, session=asked_from.session, value=value)
    return value if asked.delete()[0] else None


def _require_room(by) -> list[Passkey]:
    if by.is_unconfirmed:
        raise ConfirmationNeeded("passkeys")
    if not has_second_factor(by):
        raise CannotAddPasskey("Set up a phone first: its recovery codes let you in without it.", code="none-there")
    known = list(Passkey.objects.filter(user_id=by.pk))
    if len(known) >= MOST_PASSKEYS:
        raise CannotAddPasskey(f"You have {MOST_PASSKEYS} passkeys. Remove one first.", code="too-many")
    return known


def _fact(person, passkey):
    data = {"id": person.public_id, "name": person.name, "passkey": passkey.public_id, "passkey_name": passkey.name}
    return Fact(person.public_id, None, data)
