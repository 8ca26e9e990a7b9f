"""
Where webhooks lead, and where they do not.

Partners choose the addresses that this server calls, so an address is judged twice. When it is configured: its form, and
what its name resolves to, so that the partner learns at once what is wrong. When a message is sent, by
`apps.events.egress`: every address the name resolves to then, and the very address a socket is about to be connected to.

`settings.WEBHOOK_ALLOWED_NETWORKS` lists networks that are let through all the same, also by plain http and on any port:
for demos, tests and receivers in the same data center.
"""

import ipaddress
import re
import socket
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from yarl import URL

LONGEST_URL = 2048
LONGEST_HOST = 253
PORTS = (443, 8443)

# What IANA's special-purpose registries keep from the public internet. `ipaddress.is_global` is not enough: it lets
# multicast, 6to4 relays and IPv4 addresses wrapped in IPv6 pass.
_REFUSED_IPV4 = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
# Of IPv6 only global unicast is public, without protocol assignments and Teredo, documentation, and 6to4.
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
_REFUSED_IPV6 = [ipaddress.ip_network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/[A-Za-z0-9\-._~%!$&'()*+,;=:@/]*)?"
    r"(?:\?[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]*)?",
    re.ASCII,
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_PRIVATE_SUFFIXES = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "arpa",
    "onion",
)

_SCRIPTS_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "BOPOMOFO"},
    {"LATIN", "CJK", "HANGUL"},
)

lookups = ThreadPoolExecutor(max_workers=32, thread_name_prefix="lookup")


class UrlNotAllowed(ValueError):
    """No webhook goes there; the message says why."""


def check_url(url: str) -> None:
    """
    Judge the form of an address, and the address itself where it is written as numbers. Nothing is looked up.

    :raises UrlNotAllowed: saying what to change.
    """
    if len(url) > LONGEST_URL:
        raise UrlNotAllowed(f"The address is longer than {LONGEST_URL} characters.")
    match = _URL.fullmatch(url)
    if not match:
        raise UrlNotAllowed(
            "Write https://, a host name in ASCII, and a path; no user name, fragment, space or backslash."
        )
    literal = _literal(match["host"])
    at_home = literal is not None and _is_allowed_network(literal)
    if match["scheme"] != "https" and not at_home:
        raise UrlNotAllowed("The address has to begin with https://.")
    port = int(match["port"]) if match["port"] else 443
    if port not in PORTS and not (at_home and 0 < port < 65536):
        raise UrlNotAllowed("The port has to be 443 or 8443.")
    if literal is None:
        _check_name(match["host"].lower())
    elif not is_public(literal):
        raise UrlNotAllowed(f"{literal} is not an address of the public internet.")


def check_destination(url: str, *, seconds: float = 2) -> None:
    """
    Judge an address that is being configured: its form, and what its name resolves to now.

    A name that does not resolve in time passes; it is judged again whenever a message is sent.

    :raises UrlNotAllowed: saying what to change.
    """
    check_url(url)
    parts = URL(url, encoded=True)
    try:
        found = lookups.submit(look_up, parts.host, parts.port, socket.AF_UNSPEC).result(timeout=seconds)
    except (OSError, TimeoutError):
        return
    for *_, address in found:
        if not is_public(address[0]):
            raise UrlNotAllowed(f"{parts.host} resolves to {address[0]}, which is not on the public internet.")


def is_public(address) -> bool:
    """Tell whether a connection to this IP address may be made."""
    try:
        address = ipaddress.ip_address(address)
    except ValueError:
        return False
    address = _unwrapped(address)
    if _is_allowed_network(address):
        return True
    if address.version == 4:
        return not any(address in network for network in _REFUSED_IPV4)
    return (
        address.scope_id is None
        and address in _PUBLIC_IPV6
        and not any(address in network for network in _REFUSED_IPV6)
    )


def look_up(host, port, family):
    """Ask the system what a name resolves to, as `socket.getaddrinfo` returns it; this may take long."""
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)


def _literal(host):
    """Return the IP address a host is written as, or None if it is a name."""
    try:
        if host.startswith("["):
            return ipaddress.IPv6Address(host[1:-1])
        return ipaddress.IPv4Address(host)
    except ValueError:
        if host.startswith("["):
            raise UrlNotAllowed(f"{host} is not an IPv6 address.") from None
        return None


def _check_name(host):
    labels = host.split(".")
    if len(host) > LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise UrlNotAllowed("The host is not a well-formed name.")
    if _NUMBER.fullmatch(labels[-1]):
        raise UrlNotAllowed("Write an IP address as four plain decimal numbers.")
    if len(labels) == 1 or labels[-1] in _PRIVATE_SUFFIXES:
        raise UrlNotAllowed(f"{host} is a name of a private network.")
    if any(_mixes_scripts(label) for label in labels):
        raise UrlNotAllowed("A part of the host mixes letters of several alphabets.")
    if any(_is_ours(host, name.lower()) for name in settings.ALLOWED_HOSTS):
        raise UrlNotAllowed("The portal does not send webhooks to itself.")


def _is_ours(host, allowed) -> bool:
    """Tell whether a host is one that the portal answers for; ``.example.org`` stands for its subdomains too."""
    return host == allowed.lstrip(".") or (allowed.startswith(".") and host.endswith(allowed))


def _mixes_scripts(label) -> bool:
    """Tell whether an internationalized label looks like another one by its mixture (UTS 39, 5.2, highly restrictive)."""
    if not label.startswith("xn--"):
        return False
    try:
        text = label[4:].encode("ascii").decode("punycode")
        scripts = {unicodedata.name(character).split()[0] for character in text if character.isalpha()}
    except ValueError:  # no punycode, or letters without a name
        raise UrlNotAllowed("The host is not a well-formed name.") from None
    return len(scripts) > 1 and not any(scripts <= together for together in _SCRIPTS_TOGETHER)


def _unwrapped(address):
    """Return the IPv4 address inside an IPv4-mapped or NAT64 one, else the address."""
    if address.version == 6 and address.ipv4_mapped:
        return address.ipv4_mapped
    if address.version == 6 and address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_allowed_network(address) -> bool:
    networks = (ipaddress.ip_network(network) for network in settings.WEBHOOK_ALLOWED_NETWORKS)
    return any(address in network for network in networks)
