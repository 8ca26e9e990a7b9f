"""What a request tells about the browser it came from."""

import ipaddress
import re
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

_NAMES = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def address_of(request) -> str:
    """Return where a request came from; behind a proxy, what that proxy added last."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    try:
        found = ipaddress.ip_address(address)
        return str(getattr(found, "ipv4_mapped", None) or found)  # a socket for both families maps IPv4 into IPv6
    except ValueError:
        return ""


class AskedFrom(NamedTuple):
    """Where a passkey is asked: the site's name and origin, and what stands for the browser's session."""

    site: str
    origin: str
    session: bytes


def asked_from(request) -> AskedFrom:
    """Return where a passkey of a request is asked. The host is one that the installation has named."""
    host = request.get_host()
    session = sha256((request.session.session_key or "").encode()).digest()
    return AskedFrom(urlsplit(f"//{host}").hostname, f"{request.scheme}://{host}", session)


def browser_of(request) -> str:
    """Return what the browser calls itself, without control characters."""
    return re.sub(r"[^\x20-\x7e]", " ", request.headers.get("User-Agent", ""))


def name_of(browser: str) -> str:
    """Return a browser's name for people: Firefox on Windows."""
    name = next((name for mark, name in _NAMES if mark in browser), "")
    system = next((name for mark, name in _SYSTEMS if mark in browser), "")
    return " on ".join(filter(None, (name or "Unknown browser", system)))
