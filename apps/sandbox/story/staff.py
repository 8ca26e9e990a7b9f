"""What people of the house do in the story, each at the page they would use."""

import re

from apps.sandbox.story.telling import Broken, NotYet


def decide_review(analyst, officer, payout, decision, reason):
    """Open the review that holds a payout: one proposes ``clear`` or ``reject``, and the other decides so."""
    review = analyst.open(f"/admin/payouts/payout/{payout}/").link_to("/compliance/review/rev_")
    for browser in (analyst, officer):
        browser.open(review).press_named("decision", decision, reason=reason)


def approve(browser, payout):
    page = browser.open(f"/admin/payouts/payout/{payout}/")
    page.send(page.form_to("/approve/"))


def may_approve(browser, payout) -> bool:
    """Tell whether the payout's page offers this person to approve it."""
    page = browser.open(f"/admin/payouts/payout/{payout}/")
    return any(form.action.endswith("/approve/") for form in page.forms)


def match_as_funding(first, second, text, platform) -> int:
    """Have one person give every open line with this text to a platform, and another agree; return how many there were."""
    page = first.open("/admin/reconciliation/statementline/")
    lines = sorted({link for link in page.links if re.search(r"/statementline/lin_\w+/$", link)})
    matched = 0
    for line in lines:
        page = first.open(line)
        if text not in page.text:
            continue
        if page.has_button("Propose as funding"):
            page.press("Propose as funding", target=platform, reason="They told us that it is theirs")
        page = second.open(line)
        if not page.has_button("Confirm"):
            continue
        page.press("Confirm")
        if second.open(line).has_button("Confirm"):
            raise Broken(f"{second.person.name} cannot confirm what {line} is.")
        matched += 1
    return matched


def close_day(browser, bank_account, day) -> bool:
    """
    Close a day of a bank account, with every day before it; a day that is closed stays closed.

    :raises NotYet: if the page refuses.
    """
    address = f"/admin/reconciliation/statement/days/{bank_account}/?day={day}"
    page = browser.open(address)
    if not _is_closed(page, day) and page.has_button("Close day"):
        page = page.press("Close day")
    if _is_closed(browser.open(address), day):
        return True
    raise NotYet(f"{day} is not closed.")


def _is_closed(page, day) -> bool:
    return bool(re.search(rf'data-day="{day}"[^>]*data-state="closed"', page.text))
