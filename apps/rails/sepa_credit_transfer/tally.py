"""
Counting and adding up a pain.001 from its bytes.

This is the second opinion before a file leaves the house, so it shares nothing with the code that writes it.
"""

from decimal import Decimal

from apps.core import xml
from apps.rails.contract import CannotBuild, Tally

_TAGS = ("MsgId", "NbOfTxs", "CtrlSum", "InstrId", "InstdAmt", "CdtTrfTxInf")


def tally(content: bytes) -> Tally:
    """
    Return message id, number of transactions, their sum in cents and their instruction ids, read from the bytes.

    :raises CannotBuild: if counts, sums or ids inside the file contradict each other, or it is no readable XML.
    """
    message_ids, stated_counts, stated_sums = [], [], []
    instruction_ids, total, transactions = set(), 0, 0
    try:
        for _, element in xml.stream(content, _TAGS):
            tag = xml.local_name(element)
            if tag == "CdtTrfTxInf":
                transactions += 1
                xml.drop(element)
            elif tag == "InstdAmt":
                total += _cents(element.text)
            elif tag == "InstrId":
                instruction_ids.add(element.text)
            else:
                {"MsgId": message_ids, "NbOfTxs": stated_counts, "CtrlSum": stated_sums}[tag].append(element.text)
    except xml.UnreadableXml as error:
        raise CannotBuild(f"The file cannot be read back: {error.detail}") from None
    if len(message_ids) != 1:
        raise CannotBuild(f"The file has {len(message_ids)} message ids.")
    if [int(count) for count in stated_counts] != [transactions, transactions]:
        raise CannotBuild(f"The file has {transactions} transactions and says {', '.join(stated_counts)}.")
    if [_cents(stated) for stated in stated_sums] != [total, total]:
        raise CannotBuild(f"The file sums to {total} cents and says {', '.join(stated_sums)}.")
    if len(instruction_ids) != transactions:
        raise CannotBuild("An instruction id occurs twice in the file.")
    return Tally(message_ids[0], transactions, total, frozenset(instruction_ids))


def _cents(text: str) -> int:
    cents = Decimal(text) * 100
    if cents != int(cents):
        raise CannotBuild(f"{text} is no amount in euro and cents.")
    return int(cents)
