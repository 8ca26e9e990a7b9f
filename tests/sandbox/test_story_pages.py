from types import SimpleNamespace

import pytest

from apps.sandbox.story.browser import Page
from apps.sandbox.story.telling import Broken

PAGE = """
<html><body><form method="get" action="/search"><input name="q"></form>
<a href="/admin/payouts/po_1/">one</a>
<form method="post" id="decide" action="decide/">
  <input type="hidden" name="csrfmiddlewaretoken" value="abc"><input type="hidden" name="digest" value="d1">
  <input type="checkbox" name="sure"><input type="checkbox" name="kept" checked value="yes">
  <select name="kind"><option value="a">A</option><option value="b" selected>Bee</option></select>
  <textarea name="reason">
   because </textarea>
  <button type="submit" name="choice" value="approve"><span>Approve</span></button>
  <button>Save</button>
</form>
<button form="decide" name="choice" value="reject">Reject it</button>
</body></html>
"""


class Recorder:
    person = SimpleNamespace(name="Olga")

    def _submit(self, page, form, filled, button):
        return form, filled, button


@pytest.fixture
def page():
    return Page(Recorder(), SimpleNamespace(address="http://x/admin/p/", text=PAGE))


def test_forms_are_read_with_their_values_and_buttons(page):
    form = page.form_with("digest", "reason")
    assert form.values == [
        ("csrfmiddlewaretoken", "abc"),
        ("digest", "d1"),
        ("kept", "yes"),
        ("kind", "b"),
        ("reason", "because"),
    ]
    assert form.choices == {"kind": [("a", "A"), ("b", "Bee")]}
    assert form.buttons == {"Approve": ("choice", "approve"), "Save": (), "Reject it": ("choice", "reject")}
    assert page.links == ["/admin/payouts/po_1/"]


def test_a_button_is_pressed_with_its_form(page):
    form, filled, button = page.press("Approve", reason="fine")
    assert (form.action, filled, button) == ("http://x/admin/p/decide/", {"reason": "fine"}, ("choice", "approve"))


def test_a_missing_button_is_named(page):
    with pytest.raises(Broken, match="no button 'Delete'"):
        page.press("Delete")


def test_forms_links_and_buttons_are_found_by_what_they_do(page):
    assert page.form_to("decide/") is page.form_with("digest")
    assert page.link_to("/payouts/po_") == "/admin/payouts/po_1/"
    assert page.press_named("choice", "reject", reason="no")[1:] == ({"reason": "no"}, ("choice", "reject"))
    for look in (lambda: page.form_to("other/"), lambda: page.link_to("rev_"), lambda: page.press_named("a", "b")):
        with pytest.raises(Broken):
            look()
