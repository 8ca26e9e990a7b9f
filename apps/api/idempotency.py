"""
One request, one effect (draft-ietf-httpapi-idempotency-key-header).

A key is stored in the transaction that does what the request asks, together with the answer. So either both are there
or neither is: a refused request leaves the key free, and a repetition after a lost answer gets that answer again.
A key names one request of its partner for ever.
"""

import hashlib
import json
import re
import struct

from django.db import connection, transaction
from django.http import HttpResponse

from apps.api.models import IdempotencyKey
from apps.api.problems import IdempotencyKeyInvalid, IdempotencyKeyMissing, IdempotencyKeyReused, InFlight
from apps.core.ciphertext import context_of
from apps.core.crypto import blind_index, decrypt_file, encrypt_file
from apps.core.database import insert_rows
from apps.core.errors import Fault
from apps.core.shapes.faults import below
from apps.core.statements import ask, rows_where
from apps.partners.versions import VERSIONS

# Visible ASCII without quote, backslash and comma: a comma is how servers join a header that was sent twice.
_KEY = re.compile(r"""(?P<quote>"?)(?P<key>[!#-+\--\[\]-~]{1,255})(?P=quote)""", re.ASCII)


def read_key(request, *, required: bool) -> str | None:
    """
    Return the request's Idempotency-Key; ``"abc"`` and ``abc`` are the same key.

    :raises IdempotencyKeyMissing: if there is none and `required` says that there must be.
    :raises IdempotencyKeyInvalid: if it cannot be a key.
    """
    header = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if header is None:
        if required:
            raise IdempotencyKeyMissing()
        return None
    match = _KEY.fullmatch(header)
    if not match:
        raise IdempotencyKeyInvalid()
    return match["key"]


def answer_once(request, document: dict, act, *, required: bool) -> HttpResponse:
    """
    Return `act()`'s answer, or the stored one if this key's request has already succeeded.

    `act` runs in a transaction of its own together with the storing of the key.

    :raises InFlight: if a request with the same key runs at this moment.
    :raises IdempotencyKeyReused: naming what differs from the request that the key belongs to.
    """
    key = read_key(request, required=required)
    if key is None:
        return act()
    digests = _digests(document)
    with transaction.atomic(), connection.all_or_nothing():
        if not _claim(request.partner, key):
            raise InFlight()
        stored = rows_where(IdempotencyKey, "WHERE partner_id = %s AND key = %s", [request.partner.pk, key])
        if stored:
            return _replay(stored[0], _name(request), digests)
        response = act()
        _store(request, key, digests, response)
        return response


def _claim(partner, key) -> bool:
    """Take the key for this transaction, without waiting for another that has it."""
    digest = hashlib.sha256(f"idempotency {partner.pk} {key}".encode()).digest()
    # Two numbers, not one: locks of one number are how events show who is writing (apps/events/sql/guards.sql).
    [(is_mine,)] = ask("SELECT pg_try_advisory_xact_lock(%s::int, %s::int)", struct.unpack(">ii", digest[:8]))
    return is_mine


def _store(request, key, digests, response) -> None:
    row = IdempotencyKey(partner=request.partner, key=key, request=_name(request), digests=digests)
    row.status = response.status_code
    row.headers = {name: response[name] for name in ("Location", "ETag") if name in response}
    row.answer_ciphertext = encrypt_file(response.content, _context(row))
    insert_rows([row], wait=False)


def _replay(stored, name, digests) -> HttpResponse:
    belongs_to, version = parted(stored.request)
    if belongs_to != parted(name)[0]:
        raise IdempotencyKeyReused(f"The key belongs to a {belongs_to}.")
    if version and stored.request != name:  # what was kept before there were versions names none
        raise IdempotencyKeyReused(f"The key belongs to a request of version {version}.")
    if stored.digests != digests:
        places = sorted(place for place, _ in stored.digests.items() ^ digests.items())
        errors = [Fault(place, "differs", "This differs from the request the key belongs to.") for place in places]
        raise IdempotencyKeyReused(errors=list(dict.fromkeys(errors)))
    body = decrypt_file(stored.answer_ciphertext, _context(stored))
    response = HttpResponse(body, status=stored.status, content_type="application/json", headers=stored.headers)
    response["Idempotent-Replayed"] = "true"
    return response


def _name(request) -> str:
    return f"{request.method} {request.path} {request.version}"


def parted(name: str) -> tuple[str, str]:
    """Return method and path of a request's name, and its version or an empty text."""
    request, _, version = name.rpartition(" ")
    return (request, version) if version in VERSIONS else (name, "")


def _context(row) -> str:
    return context_of(IdempotencyKey, "answer_ciphertext", row.pk)


def _digests(document: dict) -> dict[str, str]:
    """Return a keyed digest for every member and, one level down, for every member or item of it."""
    digests = {}
    for name, value in document.items():
        pointer = below("", name)
        if isinstance(value, dict) and value:
            parts = {below(pointer, inner): part for inner, part in value.items()}
        elif isinstance(value, list) and value:
            parts = {f"{pointer}/{position}": part for position, part in enumerate(value)}
        else:
            parts = {pointer: value}
        for place, part in parts.items():
            text = json.dumps(part, sort_keys=True, separators=(",", ":"))
            digests[place] = blind_index(text, "idempotency").hex()[:24]
    return digests
