"""No page of the admin is forgotten: whatever has an address is in the table, or in a list that says why not."""

import re
from pathlib import Path

from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from apps.users import urls
from tests import factories
from tests.pages.__main__ import DOCUMENTED
from tests.pages.table import BUTTONS, NO_PAGES, PAGES

ROOT = Path(__file__).resolve().parents[2]


def test_every_address_is_looked_at_or_has_a_reason_not_to_be():
    names = {f"admin:{pattern.name}" for pattern in _flat(admin.site.get_urls()) if pattern.name}
    names |= {pattern.name for pattern in urls.urlpatterns if pattern.name}
    known = {page.at for page in PAGES} | set(BUTTONS) | NO_PAGES.keys()
    assert names - known == set()
    assert {name for name in known - names if name.startswith("admin:")} == set()


def test_no_address_has_two_reasons_and_no_picture_two_pages():
    assert not {page.at for page in PAGES} & (set(BUTTONS) | NO_PAGES.keys())
    assert len({page.name for page in PAGES}) == len(PAGES)


def test_at_the_address_of_a_button_there_is_no_page(db):
    client = Client()
    client.force_login(factories.person("administrator"))
    assert {name: client.get(_address(name)).status_code for name in BUTTONS} == dict.fromkeys(BUTTONS, 405)


def _flat(patterns):
    for pattern in patterns:
        yield from _flat(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]


def _address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, args=["1"])


def test_the_documentation_shows_pictures_of_the_table_and_no_others():
    images = {path.stem for path in (ROOT / "docs" / "images").glob("*.png")}
    texts = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
    shown = set(re.findall(r"images/([\w-]+)\.png", texts))
    assert images == shown == set(DOCUMENTED)
    assert shown <= {page.name for page in PAGES}
