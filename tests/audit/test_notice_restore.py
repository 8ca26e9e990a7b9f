"""A database that was restored from a backup is noticed before anything is sent from it."""

import json

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.audit.models import Epoch
from apps.audit.operations import notice_restore
from apps.core.ids import uuid7
from apps.events.models import Event
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.rails.models import PaymentFile, Stop
from tests import factories
from tests.clocks import reach_cut_off


@pytest.fixture
def seen(db):
    """What the file says after the portal has run for a while."""
    factories.partner()
    assert notice_restore() is False
    return read()


def read():
    return json.loads(settings.EPOCH_FILE.read_text())


def write(**seen):
    settings.EPOCH_FILE.write_text(json.dumps(read() | seen))


def test_a_new_installation_begins_an_epoch_and_sends(seen):
    assert seen == {"epoch": str(Epoch.objects.get().pk), "event": Event.objects.order_by("-pk")[0].pk}
    assert not Stop.objects.exists()


def test_what_goes_on_is_no_restore(seen):
    factories.partner()
    assert notice_restore() is False
    assert read()["event"] > seen["event"]
    assert Epoch.objects.count() == 1


@pytest.mark.parametrize("change", ["came less far", "another life", "no file", "no JSON", "half a file"])
def test_a_restored_database_is_held_once(seen, change):
    if change == "no file":
        settings.EPOCH_FILE.unlink()
    elif change == "no JSON":
        settings.EPOCH_FILE.write_text('{"epoch": "')
    elif change == "half a file":
        settings.EPOCH_FILE.write_text("[]")
    elif change == "another life":
        write(epoch=str(uuid7()))
    else:
        write(event=seen["event"] + 1)
    assert notice_restore() is True
    [stop] = Stop.objects.all()
    assert (stop.scope, stop.kind, stop.opened_by) == ("everything", "after_restore", None)
    assert stop.reason.startswith("This database looks restored from a backup: ")
    assert notice_restore() is False
    assert (Stop.objects.count(), Epoch.objects.count()) == (1, 2)


def test_an_empty_database_where_one_was_before_is_held(db):
    settings.EPOCH_FILE.parent.mkdir(parents=True, exist_ok=True)
    settings.EPOCH_FILE.write_text(json.dumps({"epoch": str(uuid7()), "event": 9}))
    assert notice_restore() is True
    assert Stop.objects.open().count() == 1


def test_nothing_leaves_a_restored_database(committed_db, platform, key, bank_account):
    payouts = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    reach_cut_off(bank_account, payouts)
    notice_restore()
    write(event=read()["event"] + 100)
    call_command("run_jobs")
    assert Payout.objects.get().status == "scheduled"
    assert not PaymentFile.objects.exists()
