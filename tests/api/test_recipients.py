from tests import factories
from tests.api.conftest import a_recipient


def test_created_recipient_is_masked_and_readable(api):
    iban = factories.iban()
    answer = api.create("/recipients", a_recipient(reference="seller-1", method={"type": "iban", "iban": iban}))
    assert answer.status_code == 201, answer.content
    created = answer.json()
    assert answer["Location"] == f"/api/v1/recipients/{created['id']}"
    assert created["method"]["account"] == f"{iban[:4]} **** **** {iban[-4:]}"
    assert iban not in answer.content.decode()
    assert api.read(f"/recipients/{created['id']}").json() == created
    assert api.read("/recipients?reference=seller-1").json()["data"] == [created]


def test_changed_method_is_the_next_version_and_rests(api):
    created = api.create("/recipients", a_recipient()).json()
    changed = api.create(f"/recipients/{created['id']}/method", {"type": "iban", "iban": factories.iban()})
    assert changed.status_code == 201, changed.content
    method = changed.json()["method"]
    assert (method["id"], method["version"]) == (created["method"]["id"], 2)
    assert method["usable_from"] > changed.json()["created_at"]
    assert changed.json()["method_change"]["status"] == "proposed"
    again = api.create(f"/recipients/{created['id']}/method", {"type": "iban", "iban": factories.iban()})
    assert again.status_code == 409 and again.json()["type"].endswith("/change-waits")

    back = api.create(f"/recipients/{created['id']}/method/withdraw")
    assert back.status_code == 200, back.content
    assert back.json() == created == api.read(f"/recipients/{created['id']}").json()
    newest, first = api.read(f"/recipients/{created['id']}/methods").json()["data"]
    assert (newest["change"]["status"], first["change"]) == ("withdrawn", None)
    nothing = api.create(f"/recipients/{created['id']}/method/withdraw")
    assert nothing.status_code == 409 and nothing.json()["type"].endswith("/no-change-waits")


def test_all_faults_come_at_once(api):
    body = a_recipient(name="", country="UK", method={"type": "iban", "iban": "DE001", "bic": "X"}, colour="blue")
    answer = api.create("/recipients", body)
    assert answer.status_code == 422
    assert sorted((fault["pointer"], fault["code"]) for fault in answer.json()["errors"]) == [
        ("/colour", "unknown-field"),
        ("/country", "unknown-country"),
        ("/method/iban", "iban-length"),
        ("/name", "blank"),
    ]


def test_faults_of_a_changed_method_point_into_its_own_document(api, bank_account):
    created = api.create("/recipients", a_recipient()).json()
    path = f"/recipients/{created['id']}/method"
    for iban, code in ((f"{factories.iban()}0", "iban-length"), (bank_account.read_iban(), "own-account")):
        answer = api.create(path, {"type": "iban", "iban": iban})
        assert answer.status_code == 422
        assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [("/iban", code)]
    assert api.read(f"/recipients/{created['id']}").json() == created
