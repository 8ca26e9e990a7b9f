"""
axe-core finds nothing serious on any page of the table, one page for each address.

Takes about twenty seconds: Chromium opens sixty pages over a world that takes four. `make screenshots` looks at all of them,
in both themes and widths.
"""

import pytest

from tests.pages import axe
from tests.pages.table import PAGES
from tests.pages.visits import visit
from tests.pages.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("committed_db", "bank_folder"),
    pytest.mark.skipif(not axe.SCRIPT, reason="no axe-core: .ci/axe fetches it"),
]


def test_no_page_has_a_serious_fault(browser, site):
    world = World()
    world.fill()
    one_of_each = {page.at: page for page in PAGES if not page.theirs}.values()
    found = {page.name: faults for page, tab in visit(browser, site, world, one_of_each) if (faults := axe.faults(tab))}
    assert found == {}
