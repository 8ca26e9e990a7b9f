"""
axe-core finds nothing serious on any page of the table: one page for each address, and one for all lists of the theme.

Takes about twenty seconds: Chromium opens sixty pages over a world that takes four. `make screenshots` looks at all of them,
in both themes and widths.
"""

import pytest
from django.contrib import admin

from tests.pages import axe
from tests.pages.table import PAGES
from tests.pages.visits import visit
from tests.pages.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("committed_db", "bank_folder"),
    pytest.mark.skipif(not axe.SCRIPT, reason="no axe-core: .ci/axe fetches it"),
]


def lists_of_the_theme() -> set[str]:
    """Return the addresses of the lists that one template draws."""
    return {
        f"admin:{shown.opts.app_label}_{shown.opts.model_name}_changelist"
        for shown in admin.site._registry.values()
        if "changelist_view" not in vars(type(shown))
    }


def test_no_page_has_a_serious_fault(browser, site):
    world = World()
    world.fill()
    alike = lists_of_the_theme()
    one_of_each = {"list" if page.at in alike else page.at: page for page in PAGES if not page.theirs}.values()
    found = {page.name: faults for page, tab in visit(browser, site, world, one_of_each) if (faults := axe.faults(tab))}
    assert found == {}
