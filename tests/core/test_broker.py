import pytest
from django.db import connection
from django_q.models import OrmQ

from apps.core import broker, queue


@pytest.mark.usefixtures("committed_db")
def test_fetching_goes_on_when_the_database_is_back(monkeypatch):
    monkeypatch.setattr(broker, "RECONNECT_SECONDS", 0)
    queue.nudge(queue.load_jobs()["apps.reconciliation.jobs.match_waiting"])
    waiting = list(OrmQ.objects.values_list("pk", flat=True))
    nudges = broker.Nudges(list_key="payouts")
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "CLUSTER", None)  # nobody starts it
        away.setitem(connection.settings_dict, "HOST", "/no/such/folder")
        assert nudges.dequeue() is None
    assert [pk for pk, _ in nudges.dequeue()] == waiting
