"""The whole life of a payout, as one golden table: from, to, and the verbs that lead there."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.api.management.commands.document import PARTS
from apps.core.documents import with_part
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.payouts.states import FIRST, MEANINGS, TRANSITIONS, State, edges
from tests import factories

GOLDEN = """
in_review          awaiting_approval  clear
in_review          awaiting_funds     clear
in_review          scheduled          clear
in_review          rejected           reject
in_review          cancelled          cancel
awaiting_approval  awaiting_funds     approve
awaiting_approval  scheduled          approve
awaiting_approval  rejected           reject
awaiting_approval  cancelled          cancel
awaiting_funds     scheduled          fund
awaiting_funds     rejected           reject
awaiting_funds     cancelled          cancel
awaiting_funds     expired            expire
scheduled          submitting         start
scheduled          rejected           reject
scheduled          cancelled          cancel
scheduled          expired            expire
submitting         scheduled          put_back
submitting         sent               send
submitting         in_doubt           doubt
submitting         failed             refuse
in_doubt           sent               send
in_doubt           paid               settle
in_doubt           failed             refuse
sent               in_doubt           doubt
sent               paid               settle
sent               failed             refuse
sent               returned           give_back
paid               returned           give_back
paid               sent               unsettle
returned           sent               undo_return
returned           paid               undo_return
"""


def table():
    return {
        (source.value, target.value, verb)
        for verb, transition in TRANSITIONS.items()
        for source in transition.sources
        for target in transition.targets
    }


def test_the_table_is_the_golden_one():
    assert table() == {tuple(line.split()) for line in GOLDEN.strip().splitlines()}


def test_the_model_declares_the_table_and_nothing_else():
    declared = set()
    for transition in Payout._meta.get_field("status").get_all_transitions(Payout):
        targets = getattr(transition.target, "allowed_states", None) or [transition.target]
        declared |= {(transition.source, str(target), transition.name) for target in targets}
    assert declared == table()


def test_the_database_allows_the_table_and_nothing_else(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, target FROM payouts_stateedge")
        rows = set(cursor.fetchall())
    assert rows == edges() | {("", state.value) for state in FIRST}


def test_every_state_has_a_meaning():
    assert set(MEANINGS) == set(State)


@pytest.mark.parametrize("name", PARTS)
def test_the_documented_tables_are_those_of_the_code(settings, name):
    page = (settings.BASE_DIR / "docs" / name).read_text(encoding="utf-8")
    assert with_part(page, PARTS[name]()) == page, "run manage.py document"


def test_the_database_takes_no_payout_that_begins_elsewhere(platform, key):
    [payout] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    fields = [field for field in Payout._meta.concrete_fields if not field.generated]
    columns = ", ".join(field.column for field in fields)
    others = {
        "id": "gen_random_uuid()",
        "reference": "'X'",
        "end_to_end_id": "'X'",
        "status": "'sent'",
        "funding": "'submitted'",
    }
    values = ", ".join(others.get(field.column, field.column) for field in fields)
    with (
        pytest.raises(IntegrityError, match="not created as sent"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"INSERT INTO payouts_payout ({columns}) SELECT {values} FROM payouts_payout")
    assert list(Payout.objects.values_list("pk", flat=True)) == [payout.pk]
