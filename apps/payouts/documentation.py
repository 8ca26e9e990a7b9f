"""The tables of `docs/life-of-a-payout.md`, made from the code they describe."""

from apps.payouts.states import ENDS, FIRST, MEANINGS, TRANSITIONS, State


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


def _listed(states) -> str:
    return ", ".join(f"`{state.value}`" for state in states)
