"""
Reading a request's body: strict JSON, or a file of payouts, or a refusal.

What is lenient elsewhere is refused here, because it gives one request two meanings: members that appear twice, other
encodings than UTF-8, byte order marks, NaN, forms, compressed bodies. Sizes are checked before anything is parsed.
"""

import hashlib
import json
import re
from tempfile import SpooledTemporaryFile

from apps.api.problems import DuplicateMember, MalformedRequest, PayloadTooLarge, TooDeep, UnsupportedMediaType
from apps.core.errors import Fault, Invalid

MAX_BODY_BYTES = 256 * 1024
MAX_BATCH_BODY_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32

# A whole string, closed or not, or one bracket. The possessive quantifiers keep it linear on hostile input.
_TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_PLAIN_NAME = re.compile(r'"[a-z_]{1,40}"')


def read_json(request, *, max_bytes: int = MAX_BODY_BYTES, optional: bool = False) -> dict:
    """
    Return the JSON object in the body; with `optional`, an empty body is an empty object.

    :raises UnsupportedMediaType: unless the body is declared as plain application/json in UTF-8.
    :raises PayloadTooLarge: if the body has more than `max_bytes`.
    :raises MalformedRequest, DuplicateMember, TooDeep: if it is no well-formed, unambiguous JSON object.
    :raises Invalid: if one member of the object is nested too deeply.
    """
    body = _read_body(request, max_bytes)
    if not body:
        if optional:
            return {}
        raise MalformedRequest("The body is empty.")
    _check_media_type(request)
    document = parse_json(body)
    if not isinstance(document, dict):
        raise MalformedRequest("The body must be a JSON object.")
    return document


def read_file(request, media_types, *, max_bytes: int):
    """
    Return the body as a file on disk, its SHA-256, and which of the media types it is declared as.

    :raises UnsupportedMediaType: unless it is declared as one of them, in UTF-8 where it is text.
    :raises PayloadTooLarge: if the body has more than `max_bytes`.
    """
    django_request = request._request
    charset = django_request.content_params.get("charset", "utf-8").lower()
    plain = request.headers.get("Content-Encoding", "identity") == "identity" and charset in ("utf-8", "utf8")
    if not plain or django_request.content_type not in media_types:
        raise UnsupportedMediaType(f"Send {', '.join(media_types)}, in UTF-8 and not compressed.")
    stream = _body_stream(request, max_bytes)
    file, digest, left = SpooledTemporaryFile(max_size=MAX_BODY_BYTES), hashlib.sha256(), max_bytes + 1  # noqa: SIM115  The caller closes it.
    while content := stream.read(min(left, MAX_BODY_BYTES)):
        left -= len(content)
        if left <= 0:
            file.close()
            raise PayloadTooLarge(f"At most {max_bytes} bytes.")
        digest.update(content)
        file.write(content)
    file.seek(0)
    return file, digest.hexdigest(), django_request.content_type


def parse_json(body: bytes):
    """Return the value of a JSON text; see `read_json` for what is refused."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedRequest("The body is not UTF-8.") from None
    _check_depth(text)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError:
        raise TooDeep(f"At most {MAX_DEPTH} levels.") from None
    except ValueError:
        raise MalformedRequest("The body is not JSON.") from None


def _body_stream(request, max_bytes: int):
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isdecimal() or int(declared) > max_bytes:
        raise PayloadTooLarge(f"At most {max_bytes} bytes.")
    # A chunked body declares no length, and Django would read it as empty. The server marks where it ends.
    chunked = int(declared) == 0 and request.META.get("wsgi.input_terminated")
    return request.META["wsgi.input"] if chunked else request._request


def _read_body(request, max_bytes: int) -> bytes:
    body = _body_stream(request, max_bytes).read(max_bytes + 1)
    if len(body) > max_bytes:
        raise PayloadTooLarge(f"At most {max_bytes} bytes.")
    return body


def _check_media_type(request) -> None:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType("A compressed body is not read.")
    django_request = request._request
    charset = django_request.content_params.get("charset", "utf-8")
    if django_request.content_type != "application/json" or charset.lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType()


def _check_depth(text: str) -> None:
    """Refuse deep nesting before the parser recurses into it; inside an object, name the member it is in."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    member = None
    for match in _TOKENS.finditer(text):
        part = match.group()
        if part in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                break
        elif part in "]}":
            depth -= 1
        elif depth == 1:
            member = part
    else:
        return
    if member is None or not _PLAIN_NAME.fullmatch(member) or not text.lstrip().startswith("{"):
        raise TooDeep(f"At most {MAX_DEPTH} levels.")
    raise Invalid(errors=[Fault(f"/{member[1:-1]}", "too-deep", "This is nested too deeply.")])


def _object(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DuplicateMember()
    return members


def _refuse_constant(_name):
    raise MalformedRequest("NaN and Infinity are not JSON.")
