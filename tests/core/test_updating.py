from apps.core.database import database_now
from apps.core.permissions import SYSTEM
from apps.core.updating import update_rows
from apps.partners.models import Partner
from apps.partners.operations import create_partner
from apps.rails.models import Stop
from tests import factories


def test_rows_are_saved_each_with_its_own_values_by_one_statement(db, django_assert_num_queries):
    first, second, third = (create_partner(name, "sandbox", by=SYSTEM) for name in ("First", "Second", "Third"))
    first.name, first.status = 'Quill, {"and"} Sons', Partner.Status.SUSPENDED
    second.name, second.status = "NULL", "active"
    second.mode = "not named, so not saved"
    third.name = "not given, so not saved"
    with django_assert_num_queries(1):
        update_rows([first, second], "name", "status")
        update_rows([], "name")
    rows = Partner.objects.order_by("id").values_list("name", "status", "mode")
    assert list(rows) == [
        ('Quill, {"and"} Sons', "suspended", "sandbox"),
        ("NULL", "active", "sandbox"),
        ("Third", "active", "sandbox"),
    ]


def test_times_and_people_are_saved(db):
    stop, person, now = (
        Stop.objects.create(scope="everything", reason="Wait"),
        factories.person("treasurer"),
        database_now(),
    )
    stop.lift_proposed_by, stop.lift_proposed_at, stop.lift_reason = person, now, "It was nothing"
    update_rows([stop], "lift_proposed_by", "lift_proposed_at", "lift_reason", "lifted_by", "lifted_at")
    saved = Stop.objects.get()
    assert (saved.lift_proposed_by, saved.lift_proposed_at, saved.lift_reason) == (person, now, "It was nothing")
    assert (saved.lifted_by, saved.lifted_at) == (None, None)
