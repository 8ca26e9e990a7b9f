from apps.recipients.operations import MethodDraft, change_method, create_recipients
from tests import factories
from tests.doors.conftest import queries_of, text_of


def test_the_page_shows_versions_and_payouts(as_, large, key, auditor):
    change_method(large.recipient.pk, MethodDraft(iban=factories.iban()), by=key)
    answer = as_(auditor).get(f"/admin/recipients/recipient/{large.recipient.public_id}/")
    text = text_of(answer)
    assert large.method_version.account_masked in text
    for part in ("Ada Quill", "LARGE", "version 1", "version 2", "Replaced", "rests, in", "Recipient method proposed"):
        assert part in text


def test_who_may_not_see_reviews_sees_none_here(as_, in_review, operator, analyst):
    address = f"/admin/recipients/recipient/{in_review.recipient.public_id}/"
    assert as_(operator).get(address).context["reviews"] is None
    assert as_(analyst).get(address).context["reviews"] == [in_review.review]


def test_what_a_caller_quotes_finds_the_recipient(as_, platform, key, auditor):
    drafts = [factories.recipient_draft("Ada Quill", reference="u-1"), factories.recipient_draft("Bo Other")]
    ada, _ = create_recipients(platform.pk, drafts, by=key)
    client = as_(auditor)
    recipient = client.get("/admin/recipients/recipient/", {"q": "u-1"}).context["cl"].result_list[0]
    last_four = recipient.methods.get().versions.get().account_masked[-4:]
    for term in (recipient.public_id, "u-1", "ada qu", last_four):
        found = client.get("/admin/recipients/recipient/", {"q": term}).context["cl"].result_list
        assert [row.pk for row in found] == [recipient.pk], term


def test_more_rows_take_no_more_queries(as_, platform, key, auditor):
    client, counts = as_(auditor), []
    for size in (2, 9):
        create_recipients(platform.pk, [factories.recipient_draft() for _ in range(size)], by=key)
        counts.append(queries_of(client, "/admin/recipients/recipient/"))
    assert counts[0] == counts[1]
