"""
Take a picture of every page of the admin, in light and dark, wide and narrow; `index.html` beside them shows all.

    python -m tests.pages [--only NAME …] [--theme light] [--width 1440]

The world is made anew in a database of its own. Pictures come to `var/screenshots/<theme>/<width>/<name>.png`.
"""

import argparse
import os
import sys
import tempfile
from itertools import product
from pathlib import Path


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
    given = options.parse_args()
    setup_test_environment()
    folder = Path(settings.BASE_DIR) / "var" / "screenshots"
    looks = product([given.theme] if given.theme else THEMES, [given.width] if given.width else WIDTHS)
    return take(folder, list(looks), tuple(given.only))


def take(folder, looks, beginnings):
    """Make the world, and take the pictures; first those of lists while there is nothing in them."""
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from tests import browsers, database, signing_in
    from tests.pages.index import write_index
    from tests.pages.table import EMPTY, PAGES
    from tests.pages.visits import visit
    from tests.pages.world import World

    if browsers.CHROMIUM is None:
        return "There is no Chromium: install one, or name it in CHROMIUM."
    signing_in.install()
    database.prepare()
    taken = 0
    with tempfile.TemporaryDirectory() as bank, browsers.served() as site, sync_playwright() as playwright:
        settings.BANK_FOLDER = Path(bank)
        browser = playwright.chromium.launch(**browsers.launch_options())
        world = World()
        for pages, before in ((EMPTY, lambda: None), (PAGES, world.fill)):
            before()
            chosen = [page for page in pages if page.name.startswith(beginnings)]
            for theme, width in looks:
                for page, tab in visit(browser, site, world, chosen, theme=theme, width=width):
                    tab.screenshot(path=folder / theme / str(width) / f"{page.name}.png", full_page=True)
                    taken += 1
        browser.close()
    write_index(folder, [page.name for page in (*PAGES, *EMPTY)])
    print(f"{taken} pictures; all of them are in {folder}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
