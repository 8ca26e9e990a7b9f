"""Forged SQL: what the role the product runs as may not write, even around the operations."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from apps.approvals.bands import required_approvals
from apps.approvals.models import Decision, Request
from apps.core.ids import uuid7

from .conftest import DIGEST, OTHER_DIGEST


def decide(request, person, choice="approve", digest=DIGEST, reason=""):
    return Decision(request=request, person=person, choice=choice, digest=digest, reason=reason)


def refuses(match, sql=None, decisions=()):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        Decision.objects.bulk_create(decisions)
        if sql:
            with connection.cursor() as cursor:
                cursor.execute(sql)


@pytest.mark.parametrize(
    "change",
    [
        "status = 'approved', approvals = 1, decided_at = now()",
        "status = 'approved', required = 0, decided_at = now()",
        "status = 'rejected', decided_at = now()",
        "approvals = 1",
        "required = 0",
        "excluded = '{}'",
        "amount = 1",
        "digest = repeat('0', 64)",
        "policy = '{}'",
        "status = 'void', subject = 'po_2', decided_at = now()",
    ],
)
def test_request_cannot_be_decided_or_changed_by_hand(cast, change):
    request = cast.open(required=2, excluded=[cast.maker.pk])
    refuses("decided by decisions alone", f"UPDATE approvals_request SET {change}")
    request.refresh_from_db()
    assert (request.status, request.approvals, request.required) == ("open", 0, 2)


def test_void_request_stays_void(cast):
    cast.open()
    Request.objects.update(status="void", decided_at="2026-03-31T12:00:00Z")
    refuses("decided by decisions alone", "UPDATE approvals_request SET status = 'open', decided_at = NULL")


def test_request_cannot_begin_approved_unless_its_policy_asks_for_nobody(cast):
    columns = "(id, subject, subject_kind, partner_id, digest, amount, currency, excluded, amount_before, parts, opened_at, decided_at, status, approvals, required, policy)"
    begin = f"'{uuid7()}', 'po_9', 'payout', '{cast.partner.pk}', '{DIGEST}', 5, 'EUR', '{{}}', 0, '{{}}', now(), now()"
    one, none = (json.dumps({"bands": [{"up_to": None, "approvals": n}]}) for n in (1, 0))
    for rest, match in [
        (f"'approved', 1, 1, '{one}'", "decided by decisions alone"),
        (f"'approved', 0, 1, '{one}'", "decided by decisions alone"),
        (f"'approved', 0, 0, '{one}'", "approvals_request_required"),
        ("'approved', 0, 0, '{}'", "approvals_request_required"),
        (f"'open', 0, 1, '{one}'", "approvals_request_status"),
    ]:
        refuses(match, f"INSERT INTO approvals_request {columns} VALUES ({begin}, {rest})")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO approvals_request {columns} VALUES ({begin}, 'approved', 0, 0, '{none}')")


def test_decision_of_an_excluded_person_is_refused(cast):
    request = cast.open(excluded=[cast.maker.pk])
    refuses("may not be decided by who made it", decisions=[decide(request, cast.maker)])


def test_decision_about_other_content_is_refused(cast):
    refuses("other content", decisions=[decide(cast.open(), cast.first, digest=OTHER_DIGEST)])


def test_decision_of_a_service_user_or_of_somebody_who_left_is_refused(cast):
    request = cast.open()
    refuses("a person who is active", decisions=[decide(request, cast.service)])
    cast.first.is_active = False
    cast.first.save()
    refuses("a person who is active", decisions=[decide(request, cast.first)])


def test_person_decides_once(cast):
    request = cast.open(required=2)
    refuses("approvals_decision_once", decisions=[decide(request, cast.first), decide(request, cast.first)])


def test_more_approvals_than_required_are_refused(cast):
    request = cast.open(required=1)
    refuses("approvals_request_never_too_many", decisions=[decide(request, cast.first), decide(request, cast.second)])


def test_decided_request_takes_no_decision(cast):
    request = cast.open(required=1)
    decide(request, cast.first).save()
    refuses("is not open", decisions=[decide(request, cast.second)])
    assert Decision.objects.count() == 1


def test_rejection_without_reason_is_refused(cast):
    refuses("approvals_decision_choice", decisions=[decide(cast.open(), cast.first, "reject")])


def test_what_was_decided_stays(cast):
    decide(cast.open(), cast.first).save()
    refuses("permission denied", "UPDATE approvals_decision SET reason = 'other'")
    refuses("permission denied", "DELETE FROM approvals_decision")
    refuses("permission denied", "TRUNCATE approvals_decision")
    refuses("decided by decisions alone", "DELETE FROM approvals_request")


def test_the_database_reckons_with_bands_as_the_code_does(db):
    open_band = {"up_to": None, "approvals": 3}
    for bands in ([open_band], [{"up_to": 100, "approvals": 0}, {"up_to": 2**53 + 1, "approvals": 1}, open_band]):
        for amount in (0, 100, 101, 2**53, 2**53 + 1, 2**53 + 2, 2**63 - 1):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT approvals_required(%s, %s), approvals_required(%s, NULL)",
                    [json.dumps(bands), amount, json.dumps(bands)],
                )
                assert cursor.fetchone() == (required_approvals(bands, amount), None)
