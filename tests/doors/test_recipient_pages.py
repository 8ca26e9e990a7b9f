import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.recipients.models import MethodChange, MethodVerification, RecipientDocument
from apps.recipients.operations import MethodDraft, change_method, create_recipients
from tests import factories
from tests.doors.conftest import queries_of, text_of, told
from tests.doors.visits import Visitor

LIST = "/admin/recipients/recipient/"
CHANGES = "/admin/recipients/methodchange/"


def page(recipient, door=""):
    return f"{LIST}{recipient.public_id}/{door}"


def test_the_page_shows_all_that_is_known(as_, large, key, auditor, platform):
    change_method(large.recipient.pk, MethodDraft(iban=factories.iban()), by=key)
    same_account = large.method_version.open_account()
    namesake, other, stranger = create_recipients(
        platform.pk,
        [
            factories.recipient_draft("QUILL, Ada"),
            factories.recipient_draft("Bo Other", iban=same_account),
            factories.recipient_draft("Ada Quill", country="FR"),
        ],
        by=key,
    )
    answer = as_(auditor).get(page(large.recipient))
    text = text_of(answer)
    assert large.method_version.account_masked in text
    for part in ("Ada Quill", "LARGE", "version 1", "version 2", "the first account", "Recipient method proposed"):
        assert part in text
    assert "1 payout , 10,000.01 EUR" in text.replace("payout,", "payout ,")
    assert [(row[0], row[2]) for row in answer.context["duplicates"]] == [
        (other, [f"Same account {large.method_version.account_masked}"]),
        (namesake, ["Same name in DE"]),
    ]
    assert page(stranger) not in answer.content.decode()
    assert "Give another account" not in text and "See a whole number" not in text


def test_who_may_not_see_reviews_sees_none_here(as_, in_review, operator, analyst):
    assert as_(operator).get(page(in_review.recipient)).context["reviews"] is None
    assert as_(analyst).get(page(in_review.recipient)).context["reviews"] == [in_review.review]


def test_what_a_caller_quotes_finds_the_recipient(as_, platform, key, auditor):
    drafts = [factories.recipient_draft("Ada Quill", reference="u-1"), factories.recipient_draft("Bo Other")]
    ada, bo = create_recipients(platform.pk, drafts, by=key)
    client = as_(auditor)
    last_four = ada.method_version.account_masked[-4:]
    for term in (ada.public_id, ada.method_version.method.public_id, "u-1", "ada qu", "quill", last_four):
        assert [row["recipient"].pk for row in client.get(LIST, {"q": term}).context["rows"]] == [ada.pk], term
    assert client.get(LIST, {"q": "nobody at all"}).context["rows"] == []
    for filters, shown in (
        ({"kind": "company"}, []),
        ({"partner": platform.public_id}, [bo, ada]),
        ({"q": "\0"}, [bo, ada]),
    ):
        assert [row["recipient"] for row in client.get(LIST, filters).context["rows"]] == shown
    assert [row["recipient"] for row in client.get(LIST, {"before": bo.public_id}).context["rows"]] == [ada]
    assert [row["recipient"] for row in client.get(LIST, {"after": ada.public_id}).context["rows"]] == [bo]


def test_more_rows_take_no_more_queries(as_, platform, key, approvers):
    client, counts = as_(approvers[0]), {}
    for size in (2, 9):
        made = create_recipients(platform.pk, [factories.recipient_draft("Ada Quill") for _ in range(size)], by=key)
        for recipient in made:
            change_method(recipient.pk, MethodDraft(iban=factories.iban()), by=key)
        create_payouts(platform.pk, [factories.payout_draft(recipient=recipient.pk) for recipient in made], by=key)
        for address in (LIST, CHANGES, page(made[0]), f"{CHANGES}{MethodChange.objects.first().public_id}/"):
            counts.setdefault(re.sub("(rcp|mch)_[^/]*", "…", address), set()).add(queries_of(client, address))
    assert [len(different) for different in counts.values()] == [1] * 4, counts


@pytest.fixture
def known(platform, key):
    return create_recipients(platform.pk, [factories.recipient_draft("Ada Quill")], by=key)[0]


def test_an_operator_proposes_and_an_approver_confirms(as_, known, operator, approvers, platform, key):
    form = {
        "iban": factories.iban(),
        "currency": "EUR",
        "holder_name": "Ada B. Quill",
        "reason": "Her letter of Monday",
    }
    client = as_(operator)
    assert "check digits" in told(
        client.post(page(known, "method/"), form | {"iban": "DE00" + form["iban"][4:]}, follow=True)
    )
    assert told(client.post(page(known, "method/"), form, follow=True)).startswith("Noted.")
    change = MethodChange.objects.get()
    create_payouts(platform.pk, [factories.payout_draft(recipient=known.pk, reference="TO-NEW")], by=key)
    own = client.get(f"{CHANGES}{change.public_id}/")
    assert "You have proposed it, so an approver decides." in text_of(own)
    for refused in (client, as_(approvers[0])):
        decision = "confirm" if refused is client else "withdraw"
        refused.post(f"{CHANGES}{change.public_id}/decide/", {"decision": decision}, follow=True)
        assert MethodChange.objects.get().is_open

    client = as_(approvers[0])
    assert "1 changed account to confirm" in text_of(client.get("/admin/")).replace("  ", " ")
    shown = text_of(client.get(CHANGES))
    for part in ("Ada Quill", "Ada B. Quill", "125.50 EUR", "Her letter of Monday", "Oda Operator"):
        assert part in shown
    assert "TO-NEW" in text_of(client.get(f"{CHANGES}{change.public_id}/"))
    answer = client.post(f"{CHANGES}{change.public_id}/decide/", {"decision": "confirm"}, follow=True)
    assert told(answer) == "Confirmed. Money follows the account once it has rested."
    assert Payout.objects.get().status == "scheduled"
    assert "Confirmed" in text_of(client.get(CHANGES, {"show": "decided"}))


def test_a_whole_number_is_in_one_answer_and_nowhere_else(as_, known, operator, auditor):
    number, client = known.method_version.open_account(), as_(operator)
    html = client.get(page(known)).content.decode()
    asked = re.search('name="asked" value="([^"]+)"', html)[1]
    form = {"asked": asked, "version": known.method_version.public_id, "reason": "The bank asks on the telephone"}
    answer = client.post(page(known, "reveal/"), form)
    assert number in answer.content.decode().replace(" ", "")
    assert {"no-store", "private"} <= set(re.split(", *", answer["Cache-Control"]))
    assert "shown already" in told(client.post(page(known, "reveal/"), form, follow=True))
    assert client.get(page(known, "reveal/")).status_code == 405
    assert "recipients.reveal_account" in told(as_(auditor).post(page(known, "reveal/"), form, follow=True))
    after = as_(auditor).get(page(known))
    assert "“The bank asks on the telephone”" in text_of(after)
    assert number not in (html + after.content.decode()).replace(" ", "")


def test_a_document_is_kept_and_an_account_verified(large, operator, auditor):
    recipient = large.recipient
    address = f"/admin/recipients/recipient/{recipient.public_id}/"
    visitor = Visitor(operator)
    assert "No document is kept." in visitor.open(address) and "Unverified" in visitor.open(address)
    letter = SimpleUploadedFile("letter.pdf", b"%PDF-1.4 Letter")
    page = visitor.press(f"{address}documents/", kind="account", document=letter, expires_on="someday")
    assert "cannot be read. Nothing was kept." in page
    letter.seek(0)
    page = visitor.press(f"{address}documents/", kind="account", document=letter, expires_on="2099-01-01")
    assert "The document is kept." in page and "letter.pdf" in page
    document = RecipientDocument.objects.get()
    version = large.method_version.public_id
    page = visitor.press(f"{address}verify/", version=version, how="statement", reason="Seen", days="x")
    assert "It holds for between one and" in page
    asked = {"version": version, "how": "statement", "reason": "Seen", "days": "30", "document": document.public_id}
    assert "Noted: the account is verified." in visitor.press(f"{address}verify/", **asked)
    assert "Unverified" not in visitor.open(address)
    answer = visitor.client.post(f"{address}document/", {"document": document.public_id})
    assert (answer.content, answer["Cache-Control"]) == (
        b"%PDF-1.4 Letter",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    seen = Visitor(auditor).open(address)
    assert "letter.pdf" in seen and "Only operators and compliance open and add documents." in seen
    made = MethodVerification.objects.get()
    page = visitor.press(f"{address}revoke/", verification=made.public_id, reason="It was another person's")
    assert "Taken back" in page and "Unverified" in page
