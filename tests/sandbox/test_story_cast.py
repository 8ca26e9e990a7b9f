import pytest

from apps.compliance.ofac import read
from apps.recipients.iban import check_iban
from apps.sandbox.scenarios import ORDINARY, instant_scenario_for, scenario_for
from apps.sandbox.story import prepare
from apps.sandbox.story.cast import BANDS, BATCH, PARTS, UNNAMED_DEPOSIT, iban
from apps.sandbox.story.people import PEOPLE
from apps.users.roles import ROLES


def test_accounts_are_valid_and_at_no_bank():
    for part in (*PARTS, *BATCH):
        assert check_iban(iban(part.country, 1234))


def test_amounts_choose_the_ends_they_promise():
    for part in (part for part in PARTS if not part.is_instant):
        scenario = scenario_for(part.amount)
        effect = {"failed": "refuse", "returned": "return"}.get(part.ends, "book_singly" if part.alone else "")
        assert scenario.effect == effect, part
    assert {scenario_for(part.amount) for part in BATCH} == {ORDINARY}
    assert scenario_for(UNNAMED_DEPOSIT) is ORDINARY


def test_one_instant_payment_is_ordinary_and_the_answer_about_another_is_lost():
    scenarios = [instant_scenario_for(part.amount) for part in PARTS if part.is_instant]
    assert [scenario.ending for scenario in scenarios] == [0, 70751]


def test_the_batch_pays_200_people_once():
    assert len(BATCH) == 200 == len({part.name for part in BATCH}) == len({part.key for part in BATCH})
    assert max(part.amount for part in BATCH) <= BANDS[0]["up_to"]


def test_every_role_is_held_by_somebody():
    assert {role for person in PEOPLE for role in person.roles} == set(ROLES)
    assert len({person.password for person in PEOPLE}) == len(PEOPLE)


def test_the_watchlist_is_what_ofac_publishes_in_form():
    data = prepare._DATA
    publication = read(*[(data / f"{name}.csv").read_bytes() for name in ("sdn", "alt", "add")])
    assert (len(publication.entries), publication.aliases, publication.addresses) == (5, 3, 5)
    assert publication.warnings == []


@pytest.fixture
def stage(db, settings, tmp_path):
    settings.BANK_FOLDER = tmp_path / "bank"
    return lambda: prepare.prepare(tmp_path / "demo", base="http://127.0.0.1:1", receiver_port=2)


def test_preparing_twice_keeps_people_platform_and_key(stage):
    from apps.users.models import User

    first, second = stage(), stage()
    assert first == second == prepare.Stage.load(second_folder(first))
    assert User.objects.filter(kind="person").count() == len(PEOPLE)
    person = User.objects.get(email=PEOPLE[0].email)
    assert person.check_password(PEOPLE[0].password)


def second_folder(stage):
    from pathlib import Path

    return Path(stage.bank_folder).parent.parent / "demo"


def test_a_lost_key_is_replaced_by_a_new_platform(stage):
    first = stage()
    (second_folder(first) / "stage.json").unlink()
    second = stage()
    assert second.platform != first.platform
    assert second.bank_account != first.bank_account, "each platform of the sandbox has an account of its own"


def test_no_demo_where_real_money_is_paid(stage):
    from apps.core.permissions import SYSTEM
    from apps.partners.operations import create_partner
    from apps.users.models import User

    create_partner("Real", "live", by=SYSTEM)
    with pytest.raises(prepare.CannotPrepare):
        stage()
    assert not User.objects.filter(kind="person").exists()
