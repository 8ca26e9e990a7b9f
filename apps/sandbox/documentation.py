"""The tables of `docs/api.md`: scopes of keys, types of events, and the magic amounts of the sandbox."""

from apps.events.catalog import PUBLISHED
from apps.partners.scopes import SCOPES
from apps.sandbox.scenarios import INSTANT_SCENARIOS, markdown_table


def api_tables() -> str:
    """Return Markdown: four sections, each with its table."""
    return "\n\n".join(
        (
            "### Scopes of a key",
            _scopes(),
            "### Types of events",
            _event_types(),
            "### Magic amounts of the sandbox",
            markdown_table(),
            "### Magic amounts of instant payments",
            markdown_table(INSTANT_SCENARIOS),
        )
    )


def _scopes() -> str:
    rows = [
        f"| `{scope}` | {', '.join(f'`{permission}`' for permission in sorted(permissions))} |"
        for scope, permissions in SCOPES.items()
    ]
    return "\n".join(["| scope | grants |", "|---|---|", *rows])


def _event_types() -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in PUBLISHED.items()]
    return "\n".join(["| type | what happened |", "|---|---|", *rows])
