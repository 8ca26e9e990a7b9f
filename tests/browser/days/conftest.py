"""
People who come to work, each in a browser of their own, on the same Monday.

The world takes a few seconds to make, so it is made once and kept; every day begins with a copy of it.
"""

import re

import pytest
from playwright.sync_api import expect

from apps.payouts.models import Payout
from tests import database, signing_in
from tests.browser.days.world import Monday
from tests.pages.world import PASSWORD

PATIENCE_MILLISECONDS = 8_000
MOST_TABS = 150
"""As often as anybody may have to press Tab on a page until they are where they want to be."""

_kept = []


@pytest.fixture(scope="session", autouse=True)
def forget_monday():
    yield
    if _kept:
        database.forget("monday")


@pytest.fixture
def monday(committed_db, settings, tmp_path_factory):
    """Nine o'clock on a Monday; the value names what is there."""
    if _kept:
        world, settings.BANK_FOLDER = _kept[0]
        database.bring_back("monday")
        return world
    world, settings.BANK_FOLDER = Monday(), tmp_path_factory.mktemp("monday")
    world.fill()
    database.back_up("monday")
    _kept.append((world, settings.BANK_FOLDER))
    return world


class Desk:
    """A person at a browser. `press` and `follow` find what a person would: by its words, where it stands."""

    def __init__(self, browser, site, person):
        self.person, self.site = person, site
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.tab = self.context.new_page()
        self.faults = []
        self.tab.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        self.tab.on("pageerror", lambda error: self.faults.append(f"{self.tab.url}: {error.stack}"))

    def come(self):
        """Sign in by password and phone, and see Today."""
        self.tab.goto(f"{self.site}/admin/")
        self.give_password()
        self.enter("Code", signing_in.Phone(self.person).code())
        expect(self.tab.get_by_role("heading", name="Today")).to_be_visible()
        return self

    def give_password(self):
        self.tab.get_by_label("Email").fill(self.person.email)
        self.enter("Password", PASSWORD)

    def enter(self, label, text):
        """Fill in a field and press Enter in it."""
        self.tab.get_by_label(label, exact=True).fill(text)
        self.tab.get_by_label(label, exact=True).press("Enter")

    def write(self, label, text, within="#content"):
        self.tab.locator(within).get_by_label(label, exact=True).fill(text)

    def menu(self, title):
        """Follow the menu."""
        link = self.tab.locator("#nav-sidebar-apps").get_by_role("link", name=re.compile(rf"^{title}\b"))
        link.click()
        expect(link).to_have_attribute("aria-current", "page")

    def menu_by_keys(self, title):
        """Follow the menu, to which Tab comes from the top of a page."""
        link = self.tab.locator("#nav-sidebar-apps").get_by_role("link", name=re.compile(rf"^{title}\b"))
        self.hit(link)
        expect(link).to_have_attribute("aria-current", "page")

    def follow(self, name, within="#content"):
        self.tab.locator(within).get_by_role("link", name=name).first.click()

    def press(self, name, within="#content"):
        self.tab.locator(within).get_by_role("button", name=name, exact=True).first.click()

    def unfold(self, name):
        self.tab.locator("summary", has_text=name).click()

    def sees(self, *texts, within="#main"):
        for text in texts:
            expect(self.tab.locator(within).get_by_text(text).first).to_be_visible()

    def sees_no(self, *names):
        """See that there are no such buttons, although the page is there."""
        for name in names:
            expect(self.tab.get_by_role("button", name=name, exact=True)).to_have_count(0)

    def go_to(self, element):
        """Press Tab until the element has the focus, which must be seen."""
        element.wait_for()
        found = element.element_handle()  # to find it anew after every Tab would take twice as long as the Tab
        for _ in range(MOST_TABS):
            if found.evaluate("found => found === document.activeElement"):
                return
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {element}.")

    def hit(self, element, key="Enter"):
        """Go to an element by Tab, and press a key on it."""
        self.go_to(element)
        self.tab.keyboard.press(key)


@pytest.fixture
def desk_of(browser, monday, site):
    """Return the desk of somebody who has come to work; at the end no page may have reported a fault."""
    desks = []

    def desk_of(name):
        desks.append(Desk(browser, site, monday.people[name]))
        return desks[-1].come()

    yield desk_of
    for desk in desks:
        desk.context.close()
    assert [fault for desk in desks for fault in desk.faults] == []


@pytest.fixture
def status_of():
    """Return a function that tells the state of a payout now."""
    return lambda payout: Payout.objects.get(pk=payout.pk).status
