from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import Failure, OrmQ, Task

from apps.core import queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(monkeypatch):
    """Jobs of the test alone: one counts down and asks for more, one only notes that it ran."""
    monkeypatch.setattr(queue, "JOBS", {})
    monkeypatch.setattr(queue, "load_jobs", lambda: queue.JOBS)
    ran = []

    @queue.job
    def count_down():
        ran.append("count_down")
        if ran.count("count_down") < 3:
            queue.nudge(count_down)

    @queue.job
    def note():
        ran.append("note")

    return ran


def waiting():
    return sorted(row.name() for row in OrmQ.objects.all())


def test_nudge_commits_with_the_change_that_caused_it(jobs):
    with transaction.atomic():
        queue.nudge(queue.JOBS[f"{__name__}.note"])
    assert waiting() == ["note"]


def test_nudge_goes_with_the_change_that_is_rolled_back(jobs):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.nudge(queue.JOBS[f"{__name__}.note"])
        raise ZeroDivisionError
    assert waiting() == []


def test_nudge_carries_the_name_of_the_job_and_nothing_else(jobs):
    queue.nudge(queue.JOBS[f"{__name__}.note"])
    task = OrmQ.objects.get().task
    assert task["func"] == "apps.core.queue.run_job"
    assert (task["args"], task.get("kwargs", {})) == ((f"{__name__}.note",), {})


def test_sweep_nudges_every_job(jobs):
    queue.sweep()
    assert waiting() == ["count_down", "note"]


def test_sweep_adds_nothing_to_a_long_queue(jobs, monkeypatch):
    monkeypatch.setattr(queue, "ENOUGH_WAITING", 3)
    queue.sweep()
    queue.sweep()
    queue.sweep()
    assert OrmQ.objects.count() == 4


def test_sweep_forgets_old_failures(jobs):
    now = timezone.now()
    for days in (29, 31):
        stopped = now - timedelta(days=days)
        Task.objects.create(id=str(days), name=str(days), func="f", started=stopped, stopped=stopped, success=False)
    queue.sweep()
    assert [failure.name for failure in Failure.objects.all()] == ["29"]


def test_run_all_jobs_goes_on_until_none_asks_for_more(jobs):
    queue.run_all_jobs()
    assert jobs == ["count_down", "note"] * 3


def test_run_all_jobs_runs_those_named(jobs):
    queue.run_all_jobs([f"{__name__}.note"])
    assert jobs == ["note"]


def test_same_name_is_not_registered_twice(jobs):
    def note():
        pass

    note.__qualname__ = "note"
    queue.JOBS.clear()
    queue.job(note)
    with pytest.raises(AssertionError, match="is registered already"):
        queue.job(note)


def test_shipped_queue_passes_its_check():
    assert queue.check_queue(None) == []


def test_queue_in_another_database_is_refused(settings):
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"orm": "owner"}
    assert [found.id for found in queue.check_queue(None)] == ["core.E001"]


def test_queue_that_would_run_waiting_nudges_twice_is_refused(settings):
    longest = settings.Q_CLUSTER["timeout"] * (14 / 2 + 2)
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"workers": 2, "queue_limit": 4, "retry": longest}
    assert [found.id for found in queue.check_queue(None)] == ["core.E002"]
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"retry": longest + 1}
    assert queue.check_queue(None) == []


def test_shipped_jobs_are_registered_by_name():
    jobs = queue.load_jobs()
    assert jobs
    assert all(name == f"{job.__module__}.{job.__name__}" for name, job in jobs.items())
