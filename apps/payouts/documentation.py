"""The tables of `docs/life-of-a-payout.md`, made from the code they describe."""

from apps.payouts.states import ENDS, FIRST, MEANINGS, TRANSITIONS, State

BEGIN, END = "<!-- made by manage.py document_states -->", "<!-- end -->"


def state_tables() -> str:
    """Return Markdown: every state with its meaning and what leads out of it, then every transition."""
    lines = ["| state | means | leaves by |", "|---|---|---|"]
    for state in State:
        ways = [
            f"`{verb}` → {_listed(transition.targets)}"
            for verb, transition in TRANSITIONS.items()
            if state in transition.sources
        ]
        name = f"`{state.value}`" + (" (first)" if state in FIRST else "") + (" (end)" if state in ENDS else "")
        lines.append(f"| {name} | {MEANINGS[state]} | {' · '.join(ways) or 'nothing'} |")
    lines += ["", "| transition | from | to | when |", "|---|---|---|---|"]
    for verb, transition in TRANSITIONS.items():
        origin, target = _listed(transition.sources), _listed(transition.targets)
        lines.append(f"| `{verb}` | {origin} | {target} | {transition.means} |")
    return "\n".join(lines)


def with_tables(page: str) -> str:
    """
    Return the page with the text between its two marks replaced by today's tables.

    :raises ValueError: if the page lacks a mark.
    """
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError("the page has no place for the tables")
    return f"{before}{BEGIN}\n\n{state_tables()}\n\n{END}{after}"


def _listed(states) -> str:
    return ", ".join(f"`{state.value}`" for state in states)
