"""The tables of `docs/api.md`: scopes of keys, types of events, and what the sandbox's bank can be asked for."""

import json

from apps.events.catalog import PUBLISHED
from apps.partners.scopes import SCOPES
from apps.sandbox import outcomes
from apps.sandbox.scenarios import INSTANT_SCENARIOS, INSTANT_UNUSUAL, SCENARIOS, UNUSUAL, markdown_table
from apps.sandbox.shapes import scenario_schema


def api_tables() -> str:
    """Return Markdown: sections, each with its table."""
    return "\n\n".join(
        (
            "### Scopes of a key",
            _scopes(),
            "### Types of events",
            _event_types(),
            "### Magic amounts of the sandbox",
            markdown_table(SCENARIOS | UNUSUAL),
            "### Magic amounts of instant payments",
            markdown_table(INSTANT_SCENARIOS | INSTANT_UNUSUAL),
            "### Outcomes that can be asked for",
            outcomes.markdown_table(),
            "### Reason codes of the sandbox",
            outcomes.reasons_table(),
            "### JSON Schema of scenario files",
            f"```json\n{json.dumps(scenario_schema(), indent=2)}\n```",
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
