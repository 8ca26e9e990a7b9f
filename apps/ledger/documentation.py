"""The table of accounts in `docs/ledger.md`, made from the chart of accounts."""

from apps.ledger.kinds import KINDS


def chart() -> str:
    """Return Markdown: every kind of account, whose it is, on which side it grows, whether it may go below zero."""
    lines = ["| account | one per | grows on | below zero | holds |", "|---|---|---|---|---|"]
    for kind in KINDS.values():
        floor = "never" if kind.never_negative else "possible"
        lines.append(f"| `{kind.name}` | {kind.holder} | {kind.normal} | {floor} | {kind.meaning} |")
    return "\n".join(lines)
