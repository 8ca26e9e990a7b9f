"""Tricks beside the approval: limits, batches, bank details, account numbers, platforms, signing in and keys."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.db import connection

from apps.api.v1.urls import urlpatterns as api_addresses
from apps.approvals.bands import WITHOUT_POLICY, required_approvals
from apps.compliance.operations import propose_decision
from apps.core.database import database_now
from apps.core.errors import DomainError
from apps.core.ids import encode, uuid7
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.operations import create_key, revoke_key, suspend_partner
from apps.payouts.models import Batch, Payout
from apps.payouts.operations import create_payouts, shut_out_person
from apps.recipients.cooling import HOURS
from apps.recipients.operations import MethodDraft, change_method
from apps.users.models import User
from apps.users.operations import (
    CannotSignIn,
    change_password,
    check_code,
)
from tests import factories
from tests.doors.conftest import seen
from tests.matrix.made_of import (
    ask,
    asked_for_parts,
    becomes,
    codes_of,
    no_address,
    press,
    refused_by_database,
    signed_in,
    told,
    trick,
    undecided,
)
from tests.signing_in import phone_of

# Below and beside the limit


@trick(27)
def split_below_the_limit(world):
    assert asked_for_parts(world) >= 1


@trick(28)
def currency_without_a_limit(world):
    assert all(required_approvals(WITHOUT_POLICY, amount) >= 1 for amount in (1, 10**15))
    with pytest.raises(DomainError):
        create_payouts(world.platform.pk, [factories.payout_draft(amount=10**12, currency="JPY")], by=world.service)


@trick(29)
def rate_changed_after_approval(world):
    assert not [field.name for field in Payout._meta.get_fields() if "rate" in field.name.split("_")]


# Batches


@trick(30)
def row_added_to_an_approved_batch(world):
    batch = Batch.objects.create(partner=world.platform, reference="B", count=1, totals={"EUR": 1})
    for method, path in (("POST", "/items"), ("PATCH", "")):
        answer = ask(world.token, method, f"/batches/{batch.public_id}{path}", {"payouts": []})
        assert answer.status_code == 405
    refused_by_database("UPDATE payouts_payout SET batch_id = %s WHERE id = %s", batch.pk, world.waiting.pk)


@trick(31)
def file_of_a_batch_replaced(world):
    no_address("replace")
    for method in ("PUT", "PATCH"):
        assert ask(world.token, method, f"/batches/{'bat_' + '0' * 26}").status_code == 405


# Bank details


@trick(32)
def payout_to_details_that_one_has_changed(world):
    person = world.people["operator"]
    recipient = change_method(world.plain.recipient_id, factories.recipient_draft().method, by=person)
    from apps.payouts.operations import PayoutDraft

    draft = PayoutDraft(recipient=recipient.pk, amount=200_000, currency="EUR", reference="CHANGED")
    [payout] = create_payouts(world.platform.pk, [draft], by=world.service)
    payout = Payout.objects.with_facts().get(pk=payout.pk)
    person = becomes(person, "operator", "approver")
    press(signed_in(person), payout)
    undecided(payout)
    told(person, "excluded")


@trick(33)
def recipient_deleted_and_made_again(world):
    assert ask(world.token, "DELETE", f"/recipients/{world.plain.recipient.public_id}").status_code == 405
    refused_by_database("DELETE FROM recipients_payoutmethodversion WHERE id = %s", world.plain.method_version_id)
    refused_by_database("UPDATE recipients_payoutmethodversion SET usable_from = now()")
    other = factories.iban()
    change_method(world.plain.recipient_id, MethodDraft(iban=other), by=world.service)
    withdrawn = f"/recipients/{world.plain.recipient.public_id}/method/withdraw"
    assert ask(world.token, "POST", withdrawn, {"reason": "Not her"}).status_code == 200
    _rests(world, {"kind": "individual", "name": "Somebody Else", "country": "DE"}, other)


@trick(34)
def recipients_merged(world):
    no_address("merge")
    who = {"kind": "individual", "name": "Nora Quill", "country": "DE", "date_of_birth": "1980-02-29"}
    method = {"type": "iban", "iban": factories.iban()}
    assert ask(world.token, "POST", "/recipients", who | {"method": method}).status_code == 201
    _rests(world, who | {"name": "QUILL, Nora"}, factories.iban())


def _rests(world, who, iban):
    """Say that a payout to a recipient who is made again waits for as long as one to a changed account."""
    body = {"recipient": who | {"method": {"type": "iban", "iban": iban}}, "amount": "5.00", "currency": "EUR"}
    answer = ask(world.token, "POST", "/payouts", body | {"reference": "AGAIN"})
    assert answer.status_code == 201, answer.content
    payout = Payout.objects.get(reference="AGAIN")
    usable, moment = database_now() + timedelta(hours=HOURS), timedelta(minutes=1)
    assert abs(payout.method_version.usable_from - usable) < moment
    assert not Payout.objects.filter(pk=payout.pk).due(world.account, usable - moment).exists()


# Compliance


@trick(35)
def analyst_clears_what_they_proposed(world):
    officer = world.people["compliance_officer"]
    propose_decision(world.review.pk, by=officer, decision="clear", reason="Another date of birth")
    review = f"/admin/compliance/review/{world.review.public_id}/decide/"
    fields = {"decision": "clear", "reason": "Another date of birth", **seen(world.review)}
    signed_in(officer).post(review, fields)
    told(officer, "own-proposal")
    signed_in(world.people["compliance_analyst"]).post(review, fields)
    told(world.people["compliance_analyst"], "permission-denied")
    world.review.refresh_from_db()
    assert world.review.status == "open"
    refused_by_database(
        "UPDATE compliance_review SET status = 'cleared', decided_by_id = proposed_by_id, decided_at = now(), reason = 'x'"
        " WHERE id = %s", world.review.pk,
    )  # fmt: skip


@trick(36)
def review_of_another_platform(world):
    assert not [pattern for pattern in api_addresses if str(pattern.pattern).startswith("review")]
    answer = ask(world.token, "POST", f"/reviews/{world.review.public_id}/decide", {"decision": "clear"})
    world.review.refresh_from_db()
    assert (answer.status_code, world.review.status) == (404, "open")


# Account numbers


def _number(world):
    return world.plain.method_version.open_account()


@trick(37)
def account_revealed_a_thousand_times(world):
    person = world.people["operator"]
    client, address = signed_in(person), f"/admin/recipients/recipient/{world.plain.recipient.public_id}/reveal/"
    shown = 0
    for _ in range(settings.REVEALS_PER_HOUR + 2):
        form = {
            "asked": encode("rvl", uuid7()),
            "version": world.plain.method_version.public_id,
            "reason": "A call back",
        }
        shown += client.post(address, form).status_code == 200
    assert shown == settings.REVEALS_PER_HOUR
    told(person, "too-many-reveals")


@trick(38)
def account_guessed_by_filters(world):
    number = _number(world)
    client = signed_in(world.people["operator"])
    for query in (
        f"account_index__startswith={number[:2]}",
        f"methods__versions__iban_ciphertext__contains={number}",
        "o=iban",
    ):
        answer = client.get(f"/admin/recipients/recipient/?{query}")
        assert answer.status_code in (200, 302, 400) and number not in answer.content.decode()
    for query in ("ordering=iban", "method__iban__startswith=DE"):
        assert ask(world.token, "GET", f"/recipients?{query}").status_code == 422


@trick(39)
def account_read_from_what_leaves(world):
    number, recipient = _number(world), world.plain.recipient.public_id
    for path in (f"/recipients/{recipient}", f"/payouts/{world.plain.public_id}", "/recipients", "/events"):
        assert number not in ask(world.token, "GET", path).content.decode()
    client = signed_in(world.people["auditor"])
    for path in (
        f"recipients/recipient/{recipient}/",
        f"payouts/payout/{world.plain.public_id}/",
        "recipients/recipient/",
    ):
        assert number not in client.get(f"/admin/{path}").content.decode()


@trick(40)
def account_read_from_history(world):
    number = _number(world)
    change_method(world.plain.recipient_id, factories.recipient_draft().method, by=world.people["operator"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM events_event WHERE position(%s IN data::text || changes::text) > 0", [number]
        )
        assert cursor.fetchone() == (0,)


@trick(41)
def account_read_from_a_refusal(world):
    number = _number(world)
    broken = number[:4] + ("1" if number[4] != "1" else "2") + number[5:]
    method = {"type": "iban", "iban": broken}
    answer = ask(
        world.token, "POST", "/recipients", {"kind": "individual", "name": "A", "country": "DE", "method": method}
    )
    assert answer.status_code == 422 and "iban-checksum" in codes_of(answer)
    assert broken not in answer.content.decode() and broken[4:] not in answer.content.decode()


# Across platforms


@trick(42)
def ids_of_another_platform(world):
    stranger = factories.partner("Otherbazaar")
    actor, token = factories.key_of(stranger)
    ids = {
        "recipients": world.plain.recipient.public_id,
        "payouts": world.plain.public_id,
        "webhook-endpoints": world.endpoint.public_id,
        "webhook-deliveries": world.delivery.public_id,
        "events": world.delivery.event.public_id,
    }
    for name, public_id in ids.items():
        assert ask(token, "GET", f"/{name}/{public_id}").status_code == 404
        told(actor, "not-found")
    for verb in ("cancel", "recall"):
        assert ask(token, "POST", f"/payouts/{world.plain.public_id}/{verb}", {"reason": "x"}).status_code == 404
    assert Payout.objects.get(pk=world.plain.pk).status == "scheduled"


@trick(43)
def members_that_are_not_the_senders(world):
    for member in ("status", "state", "partner", "approvals", "approval", "fee", "created_by", "mode"):
        answer = ask(world.token, "POST", "/payouts", {"amount": "1.00", member: "x"})
        assert answer.status_code == 422 and "unknown-field" in codes_of(answer)


# Signing in


@trick(44)
def code_used_twice(world):
    person = world.people["approver"]
    code = phone_of(person).code()
    check_code(person.pk, code, address="192.0.2.1")
    with pytest.raises(CannotSignIn):
        check_code(person.pk, code, address="192.0.2.1")
    assert Event.objects.filter(subject=person.public_id).order_by("sequence").last().type == "user.sign_in_refused"


@trick(45)
def password_reset_past_the_second_factor(world):
    no_address("password_reset", "password-reset", "reset_password")


@trick(46)
def session_kept_after_a_new_password(world):
    person = User.objects.get(pk=factories.person("operator", password="plover-basalt-trundle-nine").pk)
    client = signed_in(person)
    change_password("plover-basalt-trundle-nine", "another-basalt-trundle-ten", by=person)
    assert client.get("/admin/payouts/payout/").status_code == 302
    last = Event.objects.filter(subject=person.public_id).order_by("sequence").last()
    assert (last.type, last.data["end"]) == ("user.signed_out", "password_changed")


# Keys


@trick(47)
def key_of_somebody_shut_out(world):
    suspend_partner(world.platform.pk, by=SYSTEM)
    assert ask(world.token, "GET", "/payouts").status_code == 401
    told(world.service, "key-not-in-force")
    owner = world.people["administrator"]
    _, token = create_key(factories.partner("Bookmarket").pk, "Owned", ["payouts:read"], by=owner)
    assert ask(token, "GET", "/payouts").status_code == 200
    shut_out_person(owner.pk, by=SYSTEM)
    assert ask(token, "GET", "/payouts").status_code == 401
    assert not User.objects.get(pk=owner.pk).permissions


@trick(48)
def revoked_key(world):
    assert ask(world.token, "GET", "/payouts").status_code == 200
    revoke_key(world.key.pk, by=SYSTEM)
    assert ask(world.token, "GET", "/payouts").status_code == 401
    told(world.service, "key-revoked")


@trick(49)
def sandbox_key_on_live(world):
    assert world.token.startswith("pp_sandbox_")
    assert ask(world.token.replace("pp_sandbox_", "pp_live_"), "GET", "/payouts").status_code == 401
    assert world.key.mode == world.platform.mode == "sandbox"
    refused_by_database("UPDATE partners_apikey SET mode = 'live' WHERE id = %s", world.key.pk)


@trick(50)
def job_sent_again_from_the_queues_pages(world):
    from django_q.models import Failure, OrmQ, Schedule, Success

    assert not [model for model in (Failure, OrmQ, Schedule, Success) if site.is_registered(model)]
    assert signed_in(world.people["administrator"]).get("/admin/django_q/ormq/").status_code == 404
    refused_by_database("INSERT INTO django_q_schedule (func) VALUES ('os.system')")
