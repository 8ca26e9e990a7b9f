"""Writing ISO 20022 documents from trees of (name, content) pairs that read like the message itself."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from apps.sandbox.banking_days import ZONE

Tree = list[tuple[str, object]]


@dataclass(frozen=True)
class Money:
    """An amount with its currency as an attribute."""

    amount: int
    currency: str


def write(message_name: str, tree: Tree) -> bytes:
    """
    Return the document `message_name` (such as ``camt.053.001.08``) that holds the tree.

    Content is text, a `Money`, or a tree; a pair whose content is None or an empty tree is left out.
    """
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{message_name}"
    document = etree.Element(f"{{{namespace}}}Document", nsmap={None: namespace})
    _grow(document, f"{{{namespace}}}", tree)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def plain(amount: int) -> str:
    """Return minor units of a currency with two decimals as an unsigned decimal."""
    return f"{abs(amount) // 100}.{abs(amount) % 100:02d}"


def moment(at: datetime) -> str:
    """Return an ISODateTime in the bank's own time zone."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def _grow(parent, namespace: str, tree: Tree) -> None:
    for name, content in tree:
        if content is None or content == []:
            continue
        element = etree.SubElement(parent, namespace + name)
        if isinstance(content, Money):
            element.text = plain(content.amount)
            element.set("Ccy", content.currency)
        elif isinstance(content, list):
            _grow(element, namespace, content)
        else:
            element.text = str(content)
