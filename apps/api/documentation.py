"""The parts of `docs/integrate/` that are made from the code: versions and problems."""

from apps.api import problems
from apps.api.v1 import urls  # noqa: F401  the problems that its doors declare
from apps.api.versions import changelog


def problem_table() -> str:
    """Return Markdown: every type of problem with its status, cause and cure."""
    rows = [
        f"| `{kind.code}` | {kind.status} | {_line(kind.cause)} | {_line(kind.cure)} |"
        for kind in problems.catalogue().values()
    ]
    return "\n".join(["| type | status | cause | cure |", "|---|---|---|---|", *rows])


def versions() -> str:
    """Return Markdown: a section for each version of the API, the newest first."""
    return changelog()


def _line(text) -> str:
    return " ".join(text.split()).replace("|", "\\|")
