"""
Take a picture of every page of the admin, in light and dark, wide and narrow, and let axe look for serious faults.

    python -m tests.pages [--only NAME …] [--theme light] [--width 1440] | --docs

The world is made anew in a database of its own. Pictures come to `var/screenshots/<theme>/<width>/<name>.png`;
`index.html` beside them shows all.
"""

import argparse
import os
import sys
import tempfile
from itertools import product
from pathlib import Path

DOCUMENTED = (
    "today-operator",
    "payout-paid",
    "payout-held",
    "approvals",
    "review",
    "in-doubt",
    "stops-effect",
    "bank-file",
    "line",
    "line-split",
    "line-proposed",
    "days",
    "event",
    "person",
)
"""The pages that documentation shows."""


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["TEST_DATABASE"] = "payouts_screenshots"
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    from tests.pages.visits import THEMES, WIDTHS

    options = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    options.add_argument("--only", nargs="+", default=[""], metavar="NAME", help="names begin so")
    options.add_argument("--theme", choices=THEMES)
    options.add_argument("--width", choices=WIDTHS, type=int)
    options.add_argument("--docs", action="store_true", help="renew the pictures in docs/images instead")
    given = options.parse_args()
    setup_test_environment()
    folder = Path(settings.BASE_DIR) / "var" / "screenshots"
    if given.docs:
        return take(folder, [("light", 1440)], DOCUMENTED, into=Path(settings.BASE_DIR) / "docs" / "images")
    looks = product([given.theme] if given.theme else THEMES, [given.width] if given.width else WIDTHS)
    return take(folder, list(looks), tuple(given.only))


def take(folder, looks, beginnings, into=None):
    """
    Make the world, and take the pictures; first those of lists while there is nothing in them.

    `into` is where pictures for the documentation go: of pages called exactly so, no higher than a window.
    """
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from tests import browsers, database, signing_in
    from tests.pages import axe
    from tests.pages.index import write_index
    from tests.pages.table import EMPTY, PAGES
    from tests.pages.visits import visit
    from tests.pages.world import World

    if browsers.CHROMIUM is None:
        return "There is no Chromium: install one, or name it in CHROMIUM."
    signing_in.install()
    database.prepare()
    taken, found = 0, []
    with tempfile.TemporaryDirectory() as bank, browsers.served() as site, sync_playwright() as playwright:
        settings.BANK_FOLDER = Path(bank)
        browser = playwright.chromium.launch(**browsers.launch_options())
        world = World()
        for pages, before in ((EMPTY, lambda: None), (PAGES, world.fill)):
            before()
            chosen = [
                page for page in pages if page.name in beginnings or not into and page.name.startswith(beginnings)
            ]
            for theme, width in looks:
                for page, tab in visit(browser, site, world, chosen, theme=theme, width=width):
                    if into:
                        tab.screenshot(path=into / f"{page.name}.png")
                        continue
                    photograph(tab, folder / theme / str(width) / f"{page.name}.png", width)
                    taken += 1
                    found += [f"{theme} {width} {page.name}: {fault}" for fault in axe.faults(tab) if not page.theirs]
        browser.close()
    if into:
        print(f"The pictures in {into} are new.")
        return 0
    write_index(folder, [page.name for page in (*PAGES, *EMPTY)])
    print(f"{taken} pictures; all of them are in {folder}/index.html")
    print(
        "\n".join(
            found or ["axe finds no serious fault" if axe.SCRIPT else "axe is not there, so it looked at nothing"]
        )
    )
    return 1 if found else 0


def photograph(tab, path, width):
    """Take a picture of the whole page, in a window so high that what sticks to its edges covers nothing."""
    from tests.pages.visits import WIDTHS

    height = tab.evaluate("document.documentElement.scrollHeight")
    tab.set_viewport_size({"width": width, "height": max(height, WIDTHS[width])})
    tab.screenshot(path=path, full_page=True)
    tab.set_viewport_size({"width": width, "height": WIDTHS[width]})


if __name__ == "__main__":
    sys.exit(main())
