"""What the documentation names is there: files, sections, commands, make targets, settings."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from apps.api.urls import urlpatterns
from apps.api.v1.urls import urlpatterns as resources
from apps.users.roles import ROLES

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

each_document = pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)


def anchors(document) -> set[str]:
    """Return the anchors of a document's headings as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)]+)\)", document.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = document.parent / path if path else document
        assert found.exists(), f"{target} is not there"
        assert not anchor or anchor in anchors(found), f"{target} is no section"


@each_document
def test_commands_exist(document):
    text = document.read_text(encoding="utf-8")
    commands = {*get_commands(), "simulate"}  # that one lives among the tests
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= commands
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)(?:\w+=\w+ )?make ([a-z]+)", text, re.MULTILINE)) <= targets


def test_every_setting_is_documented():
    settings = (ROOT / "payouts_portal" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'(?:env\.\w+|folder)\("([A-Z_]+)"', settings)) | {"SECRET_KEY", "FIELD_KEYS", "INDEX_KEY"}
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "running.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(rows) == read
    assert len(rows) == len(read)


def test_addresses_of_the_api_exist():
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    known = {re.sub(r"<\w+:\w+>", "{id}", str(route.pattern)) for route in resources}
    named = set(re.findall(r"`(?:GET|POST|PATCH) /([a-z\-/{}]+)`", text))
    assert named and named <= known
    assert "api/docs/" in {str(route.pattern) for route in urlpatterns}


def test_every_role_is_explained():
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert all(role.title in text for role in ROLES.values())
