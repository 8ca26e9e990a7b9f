"""Facts that change, recipients that are retired, and what is known of an account before it is paid to."""

from apps.events.models import Event
from apps.recipients.models import Recipient, RecipientVersion
from tests import factories
from tests.api.conftest import a_payout, a_recipient


def created(api, **details):
    answer = api.create("/recipients", a_recipient(**details))
    assert answer.status_code == 201, answer.content
    return answer.json(), answer["ETag"]


def changed(api, recipient, body, **headers):
    return api.send("PATCH", f"/recipients/{recipient['id']}", body, **headers)


def codes(answer):
    return {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}


def test_change_is_the_next_version_and_earlier_payouts_keep_theirs(api):
    recipient, tag = created(api, email="ada@example.org", date_of_birth="1990-01-01")
    before = api.create("/payouts", a_payout(recipient=recipient["id"])).json()

    answer = changed(api, recipient, {"name": "Ada Quill-Vane", "email": None}, If_Match=tag)
    assert answer.status_code == 200, answer.content
    after = answer.json()
    assert {name for name in after if after[name] != recipient[name]} == {"name", "email", "version"}
    assert (after["name"], after["email"], after["version"]) == ("Ada Quill-Vane", None, 2)
    assert answer["ETag"] != tag
    assert api.read(f"/recipients/{recipient['id']}")["ETag"] == answer["ETag"]
    assert api.read(f"/payouts/{before['id']}").json()["recipient"]["version"] == 1
    assert api.create("/payouts", a_payout(recipient=recipient["id"])).json()["recipient"]["version"] == 2
    event = Event.objects.get(type="recipient.changed")
    assert event.changes == {"name": ["Ada Quill", "Ada Quill-Vane"], "email": ["ada@example.org", ""]}


def test_change_without_a_difference_makes_no_version(api):
    recipient, tag = created(api)
    answer = changed(api, recipient, {"name": " Ada  Quill"}, If_Match=tag)
    assert (answer.status_code, answer.json(), answer["ETag"]) == (200, recipient, tag)
    assert RecipientVersion.objects.count() == 1


def test_change_of_what_was_not_seen_is_refused(api):
    recipient, tag = created(api)
    assert changed(api, recipient, {"name": "Bo Quill"}, If_Match=tag).status_code == 200
    for stale in (tag, "*", f"W/{tag}", f"{tag}, {tag}", tag.strip('"'), '""'):
        answer = changed(api, recipient, {"name": "Cy Quill"}, If_Match=stale)
        assert (answer.status_code, answer.json()["type"]) == (412, "/problems/precondition-failed"), stale
    answer = changed(api, recipient, {"name": "Cy Quill"})
    assert (answer.status_code, answer.json()["type"]) == (428, "/problems/precondition-required")
    assert api.read(f"/recipients/{recipient['id']}").json()["name"] == "Bo Quill"
    assert RecipientVersion.objects.count() == 2


def test_repeated_change_gets_its_answer_though_its_tag_is_old_by_then(api):
    recipient, tag = created(api)
    first = changed(api, recipient, {"name": "Bo Quill"}, If_Match=tag, key="rename")
    again = changed(api, recipient, {"name": "Bo Quill"}, If_Match=tag, key="rename")
    assert (again.status_code, again.content, again["ETag"]) == (200, first.content, first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert RecipientVersion.objects.count() == 2


def test_every_fault_of_a_change_is_named(api):
    recipient, tag = created(api)
    body = {"name": None, "country": "UK", "email": "x", "date_of_birth": "1850-01-01", "kind": "company"}
    answer = changed(api, recipient, body, If_Match=tag)
    assert answer.status_code == 422
    assert codes(answer) == {
        "/name": "type",
        "/country": "unknown-country",
        "/email": "email-format",
        "/date_of_birth": "date-out-of-range",
        "/kind": "unknown-field",
    }
    assert RecipientVersion.objects.count() == 1


def test_retired_recipient_gets_no_new_payout_and_keeps_the_old(api):
    recipient, _ = created(api)
    payout = api.create("/payouts", a_payout(recipient=recipient["id"])).json()
    retired = api.create(f"/recipients/{recipient['id']}/retire", {"reason": "Left the market"})
    assert (retired.status_code, retired.json()["status"]) == (200, "retired")
    assert api.read(f"/payouts/{payout['id']}").json()["status"] == payout["status"]

    refused = api.create("/payouts", a_payout(recipient=recipient["id"]))
    assert (refused.status_code, codes(refused)) == (422, {"/recipient": "recipient-retired"})
    tag = retired["ETag"]
    for answer in (
        api.create(f"/recipients/{recipient['id']}/retire"),
        changed(api, recipient, {"name": "Bo Quill"}, If_Match=tag),
        api.create(f"/recipients/{recipient['id']}/method", {"type": "iban", "iban": factories.iban()}),
    ):
        assert answer.status_code == 409
    assert Event.objects.filter(type="recipient.retired").count() == 1
    [listed] = api.read("/recipients?status=retired").json()["data"]
    assert listed == retired.json()


def test_history_of_accounts_shows_each_version(api):
    recipient, _ = created(api)
    api.create(f"/recipients/{recipient['id']}/method", {"type": "iban", "iban": factories.iban()})
    newest, first = api.read(f"/recipients/{recipient['id']}/methods").json()["data"]
    assert (newest["version"], newest["change"]["status"]) == (2, "proposed")
    assert (first["version"], first["change"], first["account"]) == (1, None, recipient["method"]["account"])


def test_verification_says_what_is_known_and_what_nobody_can_tell(api):
    recipient, _ = created(api)
    path = f"/recipients/{recipient['id']}"
    found = api.create(f"{path}/verify").json()
    assert {check["check"]: check["result"] for check in found["checks"]} == {
        "account": "pass",
        "confirmation": "pass",
        "rest": "pass",
        "holder": "unavailable",
    }
    assert {rail["rail"]: rail["reaches"] for rail in found["rails"]} == {
        "sepa_credit_transfer": True,
        "sepa_instant": False,
    }
    assert [reason["code"] for reason in found["rails"][1]["reasons"]] == ["no-instant-access"]

    api.create(f"{path}/method", {"type": "iban", "iban": factories.iban()})
    checks = api.create(f"{path}/verify").json()["checks"]
    assert [check["result"] for check in checks] == ["pass", "pending", "pending", "unavailable"]


def test_recipient_without_an_account_has_nothing_to_verify(api):
    body = {name: value for name, value in a_recipient().items() if name != "method"}
    recipient = api.create("/recipients", body).json()
    answer = api.create(f"/recipients/{recipient['id']}/verify")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/has-no-method")


def test_check_judges_as_creating_does_and_keeps_nothing(api):
    iban = factories.iban()
    body = a_recipient(method={"type": "iban", "iban": iban}, reference="seller-1")
    answer = api.create("/recipients/check", body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["account"] == f"{iban[:4]} **** **** {iban[-4:]}"
    assert answer.json()["rails"][0]["reaches"]
    assert not Recipient.objects.exists() and not Event.objects.filter(subject__startswith="rcp").exists()

    api.create("/recipients", body)
    wrong = {**body, "name": "", "method": {"type": "iban", "iban": "DE001"}}
    for path in ("/recipients/check", "/recipients"):
        assert codes(api.create(path, wrong)) == {"/name": "blank", "/method/iban": "iban-length"}
        assert codes(api.create(path, body)) == {"/reference": "duplicate-reference"}
