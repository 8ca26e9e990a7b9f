"""
What changed in the API, and how its older versions still answer.

The portal speaks the newest version by itself. For a request of an older one, each change since is undone on the way out,
the newest first, and the API's description is made older in the same way. What only adds members is no version.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from apps.partners.versions import NEWEST, VERSIONS

HEADER = "Payouts-Version"


@dataclass(frozen=True)
class Change:
    """
    One thing that programs written before could stumble over.

    `answer` makes one thing of an answer older, if it has to be; `description` the whole description of the API.
    """

    since: str
    title: str
    what: str
    answer: Callable[[dict], dict] | None
    description: Callable[[dict], None]


def _with_status_reason(thing: dict) -> dict:
    if thing.get("object") != "webhook_endpoint":
        return thing
    older = {name: value for name, value in thing.items() if name != "disabled"}
    return {**older, "status_reason": thing["disabled"]["reason"] if thing["disabled"] else None}


def _describe_status_reason(document: dict) -> None:
    for name in ("WebhookEndpoint", "WebhookEndpointWithSecret"):
        schema = document["components"]["schemas"][name]
        del schema["properties"]["disabled"]
        schema["properties"]["status_reason"] = {"type": ["string", "null"]}
        schema["required"] = [*(one for one in schema["required"] if one != "disabled"), "status_reason"]


def _describe_free_edits(document: dict) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == "If-Match":
                    parameter["required"] = False
                    operation["responses"].pop("428", None)


CHANGES = (
    Change(
        "2026-11-30",
        "Edits name what they change",
        "`PATCH` needs `If-Match` with the `ETag` of what was read, and answers 428 without it and 412 if it was changed "
        "since. Before, the last edit won.",
        None,
        _describe_free_edits,
    ),
    Change(
        "2026-11-30",
        "When and why an endpoint was disabled stand together",
        "A webhook endpoint has `disabled` with `reason` and `at`, or null. Before, it had `status_reason`.",
        _with_status_reason,
        _describe_status_reason,
    ),
)
"""In the order in which they came."""

FREE_EDITS_UNTIL = "2026-11-30"
"""Requests of versions before this one may leave out If-Match."""


def answer_of(version: str, body):
    """Return an answer as this version gives it."""
    for change in _undone_for(version):
        if change.answer:
            body = _everywhere(change.answer, body)
    return body


def description_of(version: str, newest: dict) -> dict:
    """Return the API's description as it holds for this version."""
    document = deepcopy(newest)
    document["info"]["version"] = version
    for change in _undone_for(version):
        change.description(document)
        for example in document["components"]["examples"].values() if change.answer else ():
            example["value"] = _everywhere(change.answer, example["value"])
    return document


def changelog() -> str:
    """Return Markdown: the versions, the newest first, each with what it changed."""
    parts = []
    for version in reversed(VERSIONS):
        changes = [f"* **{change.title}.** {change.what}" for change in CHANGES if change.since == version]
        parts.append("\n".join([f"#### {version}", "", *(changes or ["* The first version."])]))
    return "\n\n".join(parts)


def _undone_for(version: str) -> list[Change]:
    return [change for change in reversed(CHANGES) if change.since > version]


def _everywhere(change, value):
    """Return the value with every thing in it changed; strings of the platform's own are never things."""
    if isinstance(value, list):
        return [_everywhere(change, item) for item in value]
    if isinstance(value, dict):
        return change({name: _everywhere(change, inner) for name, inner in value.items()})
    return value


assert {change.since for change in CHANGES} < set(VERSIONS) and CHANGES[-1].since <= NEWEST
