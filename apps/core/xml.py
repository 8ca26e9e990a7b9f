"""
Reading XML that others wrote.

Document type definitions are refused before a parser sees them; entities are not resolved, nothing is fetched, and
depth, text and size are limited. Other modules read untrusted XML only through here.
"""

import codecs
import io
import re
from collections.abc import Iterator

from lxml import etree

MAX_BYTES = 50 * 1024 * 1024
_PIECE = 1024 * 1024

_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LIMITS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class UnreadableXml(ValueError):
    """The bytes are not XML that is let in; `code` is stable, `detail` says why."""

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code
        self.detail = detail


def read_root(data: bytes):
    """
    Return the root element of a document.

    :raises UnreadableXml: with code ``empty``, ``too-large``, ``encoding``, ``dtd-not-allowed`` or ``not-xml``.
    """
    check_bytes(data)
    parser = etree.XMLParser(**_LIMITS, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableXml("not-xml", f"Not well-formed XML: {error}") from None


def stream(data: bytes, tags: tuple[str, ...], *, events=("end",)) -> Iterator[tuple[str, object]]:
    """
    Yield (event, element) for elements with the given local names, in document order, in constant memory.

    The caller clears elements it is done with (`drop`).

    :raises UnreadableXml: as `read_root`.
    """
    check_bytes(data)
    try:
        yield from etree.iterparse(
            io.BytesIO(data),
            events=events,
            tag=[f"{{*}}{tag}" for tag in tags],
            remove_comments=True,
            remove_pis=True,
            **_LIMITS,
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableXml("not-xml", f"Not well-formed XML: {error}") from None


def stream_part(file, tags: tuple[str, ...]) -> Iterator:
    """
    Yield elements with the given local names as they end in a file that is read as it goes, such as a part of an archive.

    How much there is of it is the caller's to limit. Each element is dropped when the next one is asked for.

    :raises UnreadableXml: with code ``dtd-not-allowed`` or ``not-xml``.
    """
    try:
        for _event, element in etree.iterparse(
            file, tag=[f"{{*}}{tag}" for tag in tags], remove_comments=True, remove_pis=True, **_LIMITS
        ):
            if element.getroottree().docinfo.doctype:
                raise UnreadableXml("dtd-not-allowed", "Document type definitions are not allowed.")
            yield element
            drop(element)
    except (etree.XMLSyntaxError, ValueError) as error:
        if isinstance(error, UnreadableXml):
            raise
        raise UnreadableXml("not-xml", f"Not well-formed XML: {error}") from None


def drop(element) -> None:
    """Free an element of a stream and the siblings before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def local_name(element) -> str:
    """Return the element's name without its namespace."""
    return etree.QName(element).localname


def namespace(element) -> str:
    """Return the element's namespace, or an empty text."""
    return etree.QName(element).namespace or ""


def check_bytes(data: bytes) -> None:
    """
    Refuse what no parser should see.

    :raises UnreadableXml: with code ``empty``, ``too-large``, ``encoding`` or ``dtd-not-allowed``.
    """
    if not data or data.isspace():
        raise UnreadableXml("empty", "The file is empty.")
    if len(data) > MAX_BYTES:
        raise UnreadableXml("too-large", f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB.")
    before = ""
    for text in _decode(data):
        if "<!DOCTYPE" in before + text or "<!ENTITY" in before + text:
            raise UnreadableXml("dtd-not-allowed", "Document type definitions are not allowed.")
        before = text[-len("<!DOCTYPE") :]


def _decode(data: bytes) -> Iterator[str]:
    """Yield the text in pieces, so that a large file is not in memory once more."""
    encoding = _encoding(data)
    try:
        b"".decode(encoding)  # refuses what is a codec but no encoding of text
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise UnreadableXml("encoding", f"The encoding {encoding} is not known.") from None
    for start in range(0, len(data), _PIECE):
        try:
            yield decoder.decode(data[start : start + _PIECE], final=start + _PIECE >= len(data))
        except UnicodeDecodeError as error:
            detail = f"The file says {encoding}, but near byte {start + error.start} it is not."
            raise UnreadableXml("encoding", detail) from None


def _encoding(data: bytes) -> str:
    declared = _DECLARED.search(data[:256])
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    for mark, marked in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            if declared and encoding.replace("_", "-").split("-")[0] != marked.split("-")[0]:
                raise UnreadableXml("encoding", f"The file says {encoding}, its first bytes say {marked}.")
            return marked
    return encoding
