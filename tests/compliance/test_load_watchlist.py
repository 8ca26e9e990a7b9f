from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from apps.compliance.models import Watchlist, WatchlistEntry, WatchlistName
from apps.compliance.ofac import UnreadableWatchlist
from apps.compliance.operations import load_watchlist
from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from tests.compliance.conftest import TAVISH, files, load, recipients, verdict


def test_the_files_become_the_active_version(officer):
    loaded = load_watchlist(files("first"), by=officer, published_on=date(2026, 1, 5))
    watchlist = Watchlist.objects.get()
    assert loaded.watchlist == watchlist
    assert loaded.is_new
    assert (watchlist.source, watchlist.active, watchlist.loaded_by) == ("ofac-sdn", True, officer)
    assert (watchlist.entries, watchlist.names, watchlist.addresses) == (7, 14, 3)
    assert watchlist.published_on == date(2026, 1, 5)
    assert WatchlistEntry.objects.count() == 7
    assert WatchlistName.objects.count() == 14


def test_an_entry_is_stored_as_published(db):
    load()
    entry = WatchlistEntry.objects.get(uid="9001")
    assert entry.programs == ["TEST1", "TEST2"]
    assert entry.births == [["1961-03-14", "1961-03-14"], ["1962-04-03", "1962-04-03"]]
    assert entry.countries == ["IR"]
    assert entry.addresses[0]["city"] == "Velmora"
    assert list(entry.names.values_list("text", "kind", "weak")) == [
        ("BRANNIGOR, Tavish Oldane", "primary", False),
        ("BRANIGOR, Tavish", "alias", False),
        ("THE LANTERN", "alias", True),
        ("OLDANE, Tavvy", "alias", True),
    ]


def test_a_new_version_replaces_the_active_one_and_the_old_stays(db):
    first, second = load("first"), load("second")
    assert list(Watchlist.objects.active()) == [second]
    assert WatchlistEntry.objects.filter(watchlist=first).count() == 7
    event = Event.objects.get(subject=second.public_id)
    assert event.type == "watchlist.loaded"
    assert event.changes == {"active": [first.version, second.version]}
    assert event.partner_id is None


def test_equal_content_is_loaded_once(db):
    load()
    again = load_watchlist(files("first"), by=SYSTEM)
    assert not again.is_new
    assert Watchlist.objects.count() == 1
    assert Event.objects.filter(type__startswith="watchlist.").count() == 1


def test_an_older_version_can_be_made_active_again(db):
    first, _ = load("first"), load("second")
    again = load_watchlist(files("first"), by=SYSTEM)
    assert not again.is_new
    assert list(Watchlist.objects.active()) == [first]
    assert Event.objects.get(type="watchlist.activated").subject == first.public_id
    assert WatchlistEntry.objects.count() == 14


def test_other_files_are_refused_and_change_nothing(db, tmp_path):
    first = load()
    wrong = tmp_path / "sdn.csv"
    wrong.write_text("id,name\n1,Somebody\n")
    with pytest.raises(UnreadableWatchlist, match="2 columns where OFAC's sdn.csv has 12"):
        load_watchlist([wrong, *files("second")[1:]], by=SYSTEM)
    with pytest.raises(UnreadableWatchlist, match="cannot be read: No such file"):
        load_watchlist([tmp_path / "absent.csv", *files("second")[1:]], by=SYSTEM)
    assert list(Watchlist.objects.all()) == [first]


def test_an_analyst_may_not_load_a_list(analyst):
    with pytest.raises(PermissionDenied):
        load_watchlist(files("first"), by=analyst)
    assert not Watchlist.objects.exists()


def test_the_next_screening_uses_the_new_version(partner):
    load("first")
    [brisa] = recipients(partner, ("Brisa Kollvander", "FR", None))
    assert verdict(brisa).status == "clear"
    load("second")
    assert verdict(brisa).status == "in_review"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE compliance_watchlist SET entries = 1",
        "UPDATE compliance_watchlist SET sha256 = 'x'",
        "DELETE FROM compliance_watchlist",
        "UPDATE compliance_watchlistentry SET uid = '1'",
        "DELETE FROM compliance_watchlistname",
        "INSERT INTO compliance_watchlist SELECT gen_random_uuid(), source, 'y', published_on, entries, names, addresses, "
        "true, loaded_at, loaded_by_id FROM compliance_watchlist",
    ],
)
def test_a_loaded_list_cannot_be_changed(db, statement):
    load()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_two_loads_at_once_make_one_active_version(committed_db):
    """Commits, so takes a fresh database afterwards (about 0.3 s)."""
    barrier = Barrier(3)

    def run(version):
        try:
            barrier.wait()
            return load_watchlist(files(version), by=SYSTEM).is_new
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(run, ["first", "first", "second"]))
    assert sorted(outcomes[:2]) == [False, True]
    assert outcomes[2]
    assert Watchlist.objects.count() == 2
    assert Watchlist.objects.active().count() == 1


def test_the_command_says_what_was_loaded(partner):
    out = StringIO()
    call_command("load_watchlist", *map(str, files("first")), stdout=out)
    assert "7 entries, 14 names, 3 addresses" in out.getvalue()
    assert out.getvalue().startswith("Loaded ofac-sdn@")
    call_command("load_watchlist", *map(str, files("first")), stdout=out)
    assert "Already loaded" in out.getvalue()
    assert Watchlist.objects.get().loaded_by is None
    assert verdict(recipients(partner, TAVISH)[0]).status == "in_review"


def test_the_command_refuses_with_the_reason(db):
    sdn, alt, add = map(str, files("first"))
    with pytest.raises(CommandError, match="5 columns where OFAC's sdn.csv has 12"):
        call_command("load_watchlist", alt, sdn, add)
    assert not Watchlist.objects.exists()


def test_the_measure_prints_figures_of_the_active_list(db):
    load()
    out = StringIO()
    call_command("measure_screening", stdout=out)
    assert "index of 7 entries" in out.getvalue()
    assert "listed names, words in any order: 10 of 10" in out.getvalue()
