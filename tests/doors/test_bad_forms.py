"""
What may be sent to the pages of the admin by mistake or on purpose, and the exact answer to each.

The numbers are those of the catalogue in the project's threat model (G1 to G21); signing in (G14 to G17) is in
`tests/users/test_bad_sign_ins.py`, twice the same form (G10) in `test_sent_twice.py`.
"""

import base64
import json
import logging
import sys
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import uploads, xml
from apps.core.admin import ReadOnlyAdmin
from apps.core.text import no_formula
from apps.events.models import Event
from apps.partners.models import Partner
from apps.payouts.models import Hold, Payout
from apps.payouts.plans.stored import LARGEST_BYTES
from apps.recipients.models import RecipientDocument
from apps.reconciliation.models import StatementFile
from apps.users.models import User
from payouts_portal.logs import OneLine
from tests.matrix.addresses import PEOPLES_PAGES
from tests.matrix.conftest import rolled_back, world  # noqa: F401 the world of the matrix
from tests.matrix.table import REASON, ROWS, SHORT, seen

LISTS = [path for path in PEOPLES_PAGES if path.count("/") == 2]
JUNK = ("9" * 5000, "x" * 10_240)
ODD = (
    f"q={'x' * 10_240}&p=-1&all=&e=1&o=1.-2.x",
    "q=%00&p=x",
    "p=9223372036854775807&page=99999999999999999",
    "before=%00&after=%00&show=%00&order=%00&state=%00&day=%00&month=%00&as_of=%00&created_from=%00&least=9e99"
    "&scope=country&value=%00&object=%00&person=%00",
)


@pytest.fixture
def back(world):  # noqa: F811
    """The world, in which nothing that the test does stays."""
    with rolled_back():
        yield world


def looks_at(path) -> str:
    """Return somebody who may open a page; rather not an administrator, who sees no money."""
    return SHORT[min(PEOPLES_PAGES[path] & SHORT.keys(), key=lambda short: (short == "AD", short))]


def told(answer) -> str:
    """Return what was said last: what no page has shown yet stays with the browser."""
    return str(list(get_messages(answer.wsgi_request))[-1])


def states():
    return dict(Payout.objects.values_list("pk", "status"))


def test_g1_a_state_that_is_posted_is_no_part_of_any_form(back):
    before = states()
    more = {
        "status": "paid",
        "state": "approved",
        "funding": "settled",
        "approvals": "9",
        "amount": "1",
        "is_superuser": "on",
    }
    page = f"/admin/payouts/payout/{back.plain.public_id}"
    assert back.clients["operator"].post(f"{page}/", more).status_code == 403
    assert (
        back.clients["operator"].post(f"{page}/hold/", {"reason": REASON} | seen(back.plain) | more).status_code == 302
    )
    assert Hold.objects.filter(payout=back.plain).count() == 1
    assert states() == before
    form = {"email": "new@example.test", "name": "Ny One", "is_staff": "on", "kind": "system"}
    back.clients["administrator"].post("/admin/users/user/new/", form | more)
    made = User.objects.get(email="new@example.test")
    assert (made.is_superuser, made.kind, made.roles) == (False, "person", set())


@pytest.mark.parametrize("path", LISTS)
def test_g2_nothing_is_added_in_a_state_and_g3_nothing_is_deleted(back, path):
    client, rows = back.clients[looks_at(path)], admin.site.get_model_admin(_model(path))
    kept = rows.model._default_manager.exclude(
        **{"type": "access.refused"} if path == "events/event/" else {"pk": None}
    )
    count = kept.count()
    assert client.post(f"/admin/{path}", {"action": "delete_selected", "_selected_action": "1"}).status_code == 403
    for address in ("add/", "1/delete/", "1/history/"):
        assert client.get(f"/admin/{path}{address}").status_code == 404
        assert client.post(f"/admin/{path}{address}", {"state": "approved"}).status_code in (403, 404)
    assert kept.count() == count


def test_g3_no_admin_has_an_action_an_editable_list_or_a_form(back, rf):
    for model, rows in admin.site._registry.items():
        assert isinstance(rows, ReadOnlyAdmin), model
        request = rf.get("/")
        request.user = back.people["administrator"]
        assert (rows.get_actions(request), rows.list_editable, rows.inlines) == ({}, (), ()), model
        assert not any(
            method(request)
            for method in (rows.has_add_permission, rows.has_change_permission, rows.has_delete_permission)
        )


@pytest.mark.parametrize("path", PEOPLES_PAGES)
def test_g4_lists_are_no_windows_of_forms_and_g6_answer_no_question_but_their_own(back, path):
    client = back.clients[looks_at(path)] if path not in ("", "account/") else back.clients["operator"]
    strange = [
        "_popup=1",
        "_to_field=password",
        "password__startswith=a",
        "partner__service_user__password__regex=.",
        "id__in=1",
    ]
    expected = dict.fromkeys(strange, 200 if path in ("", "account/") or path.endswith(("/new/", "/import/")) else 400)
    assert {query: client.get(f"/admin/{path}?{query}").status_code for query in strange} == expected


def test_g4_a_form_that_is_saved_as_new_is_the_form(back):
    client, form = back.clients["administrator"], {"name": "New platform", "mode": "sandbox"}
    client.post(
        "/admin/partners/partner/new/?_popup=1", form | {"_saveasnew": "1", "_popup": "1", "_to_field": "password"}
    )
    assert Partner.objects.filter(name="New platform").count() == 1


@pytest.mark.parametrize("path", LISTS)
def test_g5_odd_addresses_are_answered(back, path):
    client = back.clients[looks_at(path)]
    answers = {query: client.get(f"/admin/{path}?{query}").status_code for query in ODD}
    assert {query: status for query, status in answers.items() if status not in (200, 302, 400)} == {}
    assert answers[ODD[1]] == 200


def test_g7_the_search_for_choices_finds_nothing_for_anybody(back):
    asked = {"app_label": "payouts", "model_name": "payout", "field_name": "partner", "term": "Q"}
    for role, client in back.clients.items():
        answer = client.get("/admin/autocomplete/", asked)
        assert (answer.status_code, answer.json()["results"]) == (200, []), role


def test_g8_what_is_of_another_row_is_not_found(back):
    """A form names two rows; the second is not of the first."""
    other = back.sent[0].recipient
    operator, administrator, analyst = (
        back.clients[role] for role in ("operator", "administrator", "compliance_analyst")
    )
    own = {"reason": REASON, "asked": "rvl_00000000000000000000000000", "version": back.plain.method_version.public_id}
    last = Event.objects.latest("pk").pk
    assert operator.post(f"/admin/recipients/recipient/{other.public_id}/reveal/", own).status_code == 404
    paper = {"document": back.paper.public_id}
    assert operator.post(f"/admin/recipients/recipient/{other.public_id}/document/", paper).status_code == 404
    assert analyst.post(f"/admin/compliance/review/{back.review.public_id}/document/", paper).status_code == 404
    verified = {"verification": back.verified.public_id, "reason": REASON}
    assert operator.post(f"/admin/recipients/recipient/{other.public_id}/revoke/", verified).status_code == 404
    answer = administrator.post(
        f"/admin/partners/partner/{back.suspended.public_id}/revoke/", {"key": back.key.public_id}
    )
    assert told(answer) == "Choose a key."
    assert set(Event.objects.filter(pk__gt=last).values_list("type", flat=True)) <= {"access.refused"}


def test_g9_a_form_of_a_page_that_is_old_says_who_changed_it_and_when(back):
    page = f"/admin/payouts/payout/{back.plain.public_id}/"
    shown = seen(back.plain)
    back.clients["approver"].post(f"{page}hold/", {"reason": "Wait for the invoice"} | shown)
    last = Event.objects.filter(subject=back.plain.public_id).latest("pk")
    answer = back.clients["operator"].post(f"{page}cancel/", {"reason": REASON} | shown)
    assert f"changed by Approver One at {last.created_at:%-d %b %Y, %H:%M}" in told(answer)
    assert Payout.objects.get(pk=back.plain.pk).status == back.plain.status


def test_g11_a_form_of_1001_fields_is_not_read(back):
    address = f"/admin/payouts/payout/{back.plain.public_id}/hold/"
    fields = {"reason": REASON} | {f"field{number}": "" for number in range(1000)}
    assert back.clients["operator"].post(address, fields).status_code == 400
    files = {f"file{number}": SimpleUploadedFile("a", b"a") for number in range(101)}
    assert back.clients["operator"].post(address, {"reason": REASON} | files).status_code == 400
    assert not Hold.objects.filter(payout=back.plain).exists()


def test_g12_a_note_is_text_that_can_be_seen(back):
    client, page = back.clients["compliance_analyst"], f"/admin/compliance/review/{back.review.public_id}/"
    notes = back.review.notes
    for text, said in (
        ("Paid\u202e00.1", "U+202E is not allowed"), ("a\x1b[2Jb", "U+001B is not allowed"),
        ("zero\u200bwidth", "U+200B is not allowed"), ("x" * 10_000, "characters"), (" \n ", "characters"),
    ):  # fmt: skip
        assert said in told(client.post(f"{page}note/", {"text": text}))
    assert client.post(f"{page}note/", {"text": "a\0b"}).status_code == 400
    assert client.post(f"{page}note/", {"text": "x" * 10_000_000}).status_code == 400
    assert not notes.exists()
    client.post(f"{page}note/", {"text": "<script>alert(1)</script>\r\nsecond line"})
    assert notes.get().text == "<script>alert(1)</script>\nsecond line"
    assert b"<script>alert" not in client.get(page).content


def test_g12_no_field_of_any_form_takes_what_cannot_be_seen(back):
    page = f"/admin/payouts/payout/{back.plain.public_id}/hold/"
    answer = back.clients["operator"].post(page, {"reason": "Paid\u202e00.1"})
    assert told(answer) == "The character U+202E is not allowed in “reason”. Nothing was done."
    for fields in ({"reason": "a\0b"}, {"reason": REASON, "a\0b": ""}):
        assert back.clients["operator"].post(page, fields).status_code == 400
    assert not Hold.objects.filter(payout=back.plain).exists()


@pytest.mark.parametrize("row", [row for row in ROWS if row.post], ids=lambda row: row.action)
def test_g12_a_form_full_of_junk_is_refused_and_no_fault_of_the_portal(back, row):
    client = back.clients[SHORT[min(row.may)]]
    for junk in JUNK:
        with rolled_back():
            address, fields = row.post(back, client)
            given = [name for name, field in fields.items() if not hasattr(field, "seek")]
            assert client.post(address, dict.fromkeys(given, junk)).status_code in (200, 302, 404)


def test_g13_a_file_is_as_large_as_its_bytes_and_no_larger_than_its_door(back, monkeypatch):
    client, page = back.clients["operator"], f"/admin/recipients/recipient/{back.plain.recipient.public_id}/documents/"
    large = b"%PDF-1.4 " + b"x" * uploads.LARGEST
    before = RecipientDocument.objects.count()
    assert "at most 5 MiB" in told(_send(client, page, large, kind="other"))
    assert RecipientDocument.objects.count() == before
    _send(client, page, large[: uploads.LARGEST // 2], kind="other")
    assert RecipientDocument.objects.latest("pk").size == uploads.LARGEST // 2

    statements, treasurer = "/admin/reconciliation/statement/import/", back.clients["treasurer"]
    files = StatementFile.objects.count()
    monkeypatch.setattr(xml, "MAX_BYTES", 1024)
    answer = treasurer.post(statements, {"file": SimpleUploadedFile("a.xml", b"x" * 1025)})
    assert told(answer) == "The file is larger than 0 MiB. Ask the bank for smaller ones."
    monkeypatch.setattr(uploads, "LARGEST_FORM", 2048)
    assert treasurer.post(statements, {"file": SimpleUploadedFile("a.xml", b"x" * 2048)}).status_code == 400
    assert StatementFile.objects.count() == files


def test_g13_what_the_doors_take_fits_into_what_a_form_may_have():
    assert max(xml.MAX_BYTES, LARGEST_BYTES, uploads.LARGEST) < uploads.LARGEST_FORM <= 70 * 1024 * 1024


@pytest.mark.parametrize("path", PEOPLES_PAGES)
def test_g18_no_page_stands_in_a_frame_and_g19_none_changes_anything(back, path):
    """What a page may write is that its reader was here; nothing about money, people or settings."""
    client = back.clients[looks_at(path)] if path != "account/" else back.clients["operator"]
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/admin/{path}")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert _writes(queries) == []


def test_g19_a_walk_over_rows_changes_nothing(back):
    """No page of a row writes anything but that an auditor read it; of buttons, `tests/pages/test_table.py` shows it."""
    walked = 0
    for model, rows in admin.site._registry.items():
        path = f"{model._meta.app_label}/{model._meta.model_name}/"
        reader = "auditor" if path not in LISTS else looks_at(path)
        for row in model._default_manager.all()[:2] if rows.page_template else ():
            client = back.clients[reader]
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/admin/{path}{getattr(row, 'public_id', row.pk)}/")
            walked += answer.status_code == 200
            assert _writes(queries) == [], path
    assert walked > 20


def test_g20_what_is_no_zone_or_language_changes_nothing(back):
    client = back.clients["operator"]
    for junk in ("Nowhere/Land", "../../etc/passwd", "Europe/Berlin\x00", "\u202e", "x" * 5000):
        answer = client.post("/admin/account/time-zone/", {"time_zone": junk})
        assert answer.status_code in (302, 400)
    person = User.objects.get(pk=back.people["operator"].pk)
    assert person.time_zone == back.people["operator"].time_zone
    pages = {client.get("/admin/payouts/payout/", headers={"accept-language": junk}).headers.get("Content-Language", "en")
             for junk in ("de", "xx-" + "y" * 5000, "*;q=nan", "\u202e")}  # fmt: skip
    assert pages == {"en"}


def test_g21_what_others_write_stays_one_line_of_the_log(back, capsys, monkeypatch):
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    monkeypatch.setattr(logging.getLogger("apps.api"), "handlers", [handler])
    evil = "a\n2026-11-30 INFO root: all is well\r\x1b[31m\u202e\u2028\x7f\x9b"
    logging.getLogger("apps.api").warning("%s was not imported: %s", evil, evil)
    back.clients["nobody"].get(f"/api/v1/payouts?key=pk_live_{quote(evil)}", headers={"user-agent": "x"})
    try:
        raise ValueError(evil)
    except ValueError:
        logging.getLogger("apps.api").exception("%s failed", evil)
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["level"] for line in lines] == ["WARNING", *["WARNING"] * (len(lines) - 2), "ERROR"]
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert json.loads(lines[0])["message"] == f"{evil} was not imported: {evil}"
    assert json.loads(lines[-1])["trace"].startswith("Traceback")


def test_the_log_of_the_portal_is_written_so(settings):
    assert settings.LOGGING["formatters"]["line"]["()"] == "payouts_portal.logs.OneLine"
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"line"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "＝", "＋", "－", "＠"])
def test_no_cell_of_an_export_begins_like_a_formula(start):
    assert no_formula(f"{start}1+1") == f"'{start}1+1"
    assert no_formula(f"1{start}1") == f"1{start}1"


def _model(path):
    return next(model for model in admin.site._registry if path == f"{model._meta.app_label}/{model._meta.model_name}/")


def _send(client, address, content, **fields):
    """Post a file in base64, as no browser does and every parser of forms allows."""
    border = "border"
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields.items()
    ]
    head = (
        'Content-Disposition: form-data; name="document"; filename="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    body = f"{''.join(parts)}--{border}\r\n{head}{base64.b64encode(content).decode()}\r\n--{border}--\r\n"
    return client.post(address, body.encode(), content_type=f"multipart/form-data; boundary={border}")


def _writes(queries) -> list[str]:
    """Return what was written besides sessions, sign-ins, and that an auditor read."""
    said = [query["sql"].lstrip() for query in queries]
    changes = [
        sql
        for sql in said
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) or "FOR UPDATE" in sql or "FOR NO KEY" in sql
    ]
    return [sql for sql in changes if not any(f'"{table}"' in sql for table in ("django_session", "users_signin"))]
