"""
The kinds of settings that are money.

An app that reads a setting says here what it may contain, how it is written in a form and how it reads in words. The
pages and the rule of two people are the same for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from apps.core.errors import Fault


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form: its name, what stands above it, what is in it, and which input it is."""

    name: str
    label: str
    value: str = ""
    type: str = "text"


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """An input that takes one of a few words: pairs of what is read and what is shown."""

    type: str = "choice"
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SettingKind:
    """
    What one kind of setting is.

    `places` are the columns beside the kind that tell one setting from another: ``partner``, ``currency``, ``name``.
    `names` are the rails or calendars it can be about. `faults(currency, name, content)` says what is wrong with a content,
    `lines(currency, content)` puts it into words as pairs of what and how, `form(currency, content)` into rows of
    inputs, which `read(currency, form)` turns back. `unsaid` is what holds where nothing was published.
    """

    kind: str
    title: str
    about: str
    unsaid: str
    places: tuple[str, ...]
    faults: Callable[[str, str, dict], list[Fault]]
    lines: Callable[[str, dict], list[tuple[str, str]]]
    form: Callable[[str, dict | None], list[list[Field]]]
    read: Callable[[str, dict], dict]
    names: dict[str, str] = field(default_factory=dict)
    name_label: str = ""
    align: Callable[[dict, dict], tuple[dict, dict]] | None = None
    """Returns two contents cut into the same parts, so that their lines can be set side by side."""
    check_people: Callable | None = None
    """Raises `CannotPublish` where the people who are here could not do what a version asks for."""
    preview: Callable | None = None
    """Returns what a version would have meant lately."""
    preview_template: str = ""
    """Shows that on the page of a version."""


KINDS: dict[str, SettingKind] = {}
"""Every kind there is, in the order in which the apps that read them are started."""


def register(kind: SettingKind) -> None:
    """Add a kind; each app does so when it is started."""
    KINDS[kind.kind] = kind


def difference(kind: SettingKind, currency: str, before: dict | None, after: dict) -> list[dict]:
    """Return what two contents say, line by line: `what`, `before`, `after`, and whether the two differ."""
    if before is not None and kind.align:
        before, after = kind.align(before, after)
    old = dict(kind.lines(currency, before)) if before is not None else {}
    new = dict(kind.lines(currency, after))
    return [
        {
            "what": what,
            "before": old.get(what, ""),
            "after": new.get(what, ""),
            "differs": old.get(what) != new.get(what),
        }
        for what in dict.fromkeys([*old, *new])
    ]
