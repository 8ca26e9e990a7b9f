import pytest


@pytest.mark.browser
def test_docs_page_shows_the_operations_without_the_internet(site, page):
    """Some seconds: a real browser draws the page."""
    complaints, foreign = [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if request.url.startswith((site, "data:")) else foreign.append(request.url))
    page.goto(f"{site}/api/docs/")
    page.locator("#operations-payouts-createPayout").wait_for(timeout=15_000)
    assert page.locator(".opblock").count() > 20
    assert foreign == []
    assert complaints == []
