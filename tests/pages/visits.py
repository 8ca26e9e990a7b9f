"""Going through pages of the table in a browser."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import F
from django.test import Client, override_settings

from apps.users.models import SignIn
from tests.pages.table import Page

WIDTHS = {1440: 900, 390: 844}
"""Height by width of the windows that pages are looked at in."""
PATIENCE_MILLISECONDS = 60_000
THEMES = ("light", "dark")


def visit(browser, site, world, pages, *, theme="light", width=1440) -> Iterator[tuple[Page, object]]:
    """Yield each page of the table with the tab that shows it; there is one sign-in per person."""
    for who, theirs in groupby(sorted(pages, key=lambda page: page.who), key=lambda page: page.who):
        viewport = {"width": width, "height": WIDTHS[width]}
        context = browser.new_context(viewport=viewport, color_scheme=theme, reduced_motion="reduce")
        if who:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(world, who), "url": site}])
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        tab = context.new_page()
        for page in theirs:
            if not who:
                context.clear_cookies()
            with override_settings(DEMO=page.demo):
                tab.goto(site + page.address(world))
                if page.steps:
                    page.steps(tab, world)
            yield page, tab
        context.close()


def session_of(world, who) -> str:
    """Return the cookie of a person who has just signed in; of Nils, who did so a while ago."""
    client = Client()
    client.force_login(world.people[who])
    if who == "nils":
        SignIn.objects.filter(user=world.people[who]).update(confirmed_at=F("confirmed_at") - timedelta(hours=1))
    return client.cookies[settings.SESSION_COOKIE_NAME].value
