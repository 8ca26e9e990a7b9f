"""
Background work: the rows are the work list, the queue only carries nudges.

A job is a function without arguments that claims rows which are due, acts, commits, and repeats until none is left. A
nudge says "there may be something to do". It is enqueued in the caller's transaction, so it appears if and only if the
change that caused it was committed. A lost nudge is made good by the sweep, a doubled one finds nothing.
"""

import importlib
import importlib.util
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import connection
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

from apps.core.database import database_now

JOBS = {}
STARTS = []
KEEP_FAILURES = timedelta(days=30)
ENOUGH_WAITING = 200


def job(function):
    """Register `function`, a job without arguments; the worker nudges it at every sweep."""
    function.job_name = f"{function.__module__}.{function.__name__}"
    assert function.job_name not in JOBS, f"{function.job_name} is registered already"
    JOBS[function.job_name] = function
    return function


def at_start(function):
    """Register `function`, without arguments, to be run by every process that works on jobs before it takes the first."""
    STARTS.append(function)
    return function


def run_starts():
    """Run what was registered with `at_start`; what fails keeps the caller from going on."""
    load_jobs()
    for function in STARTS:
        function()


def nudge(job):
    """Ask a worker to run `job`, once the current transaction has committed."""
    async_task("apps.core.queue.run_job", job.job_name, task_name=job.__name__)


def each(items, work):
    """
    Do `work` for every item, also after it has failed for another, and return the results.

    The failure is raised at the end, when the other items are done.

    :raises ExceptionGroup: if there are several.
    """
    results, failures = [], []
    for item in items:
        try:
            results.append(work(item))
        except Exception as failure:
            if not connection.in_atomic_block:  # a connection that was lost is not the fault of the others
                connection.close_if_unusable_or_obsolete()
            failure.add_note(f"It failed for {item!r}.")
            failures.append(failure)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(results) + len(failures)} failed", failures)
    return results


def run_job(name):
    """Run the job called `name` in this process."""
    load_jobs()[name]()


def load_jobs():
    """Import the `jobs` module of every app, which registers its jobs, and return `JOBS`."""
    for config in apps.get_app_configs():
        if config.name.startswith("apps.") and importlib.util.find_spec(f"{config.name}.jobs"):
            importlib.import_module(f"{config.name}.jobs")
    return JOBS


def sweep():
    """Nudge every job, unless so much is waiting that each has its nudge, and forget old failures."""
    now = database_now()
    Task.objects.filter(stopped__lt=now - KEEP_FAILURES).delete()
    if OrmQ.objects.filter(lock__lte=now).count() < ENOUGH_WAITING:
        for registered in load_jobs().values():
            nudge(registered)


def longest_wait():
    """Return for how long the oldest nudge has waited to be fetched."""
    now = database_now()
    oldest = OrmQ.objects.filter(lock__lte=now).order_by("lock").values_list("lock", flat=True).first()
    return now - oldest if oldest else timedelta(0)


def run_all_jobs(names=()):
    """
    Run the jobs called `names`, or all, in this process until none of them asks for more.

    :raises KeyError: if there is no such job.
    """
    jobs = load_jobs()
    chosen = [jobs[name] for name in names] if names else list(jobs.values())
    while True:
        last_nudge = OrmQ.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        for registered in chosen:
            registered()
        if not OrmQ.objects.filter(pk__gt=last_nudge).exists():
            return


@checks.register
def check_queue(app_configs, **kwargs):
    """Refuse a queue in another database, and one that would run nudges twice because they wait for a worker."""
    queue = settings.Q_CLUSTER
    found = []
    if queue.get("orm") != "default":
        text = "Nudges must be in the portal's own database, so that they commit with the change that caused them."
        found.append(checks.Error(text, hint='Set Q_CLUSTER["orm"] = "default".', id="core.E001"))
    waiting = (queue["queue_limit"] + queue["bulk"]) / queue["workers"]
    longest_seconds = queue["timeout"] * (waiting + 2)
    if queue["retry"] <= longest_seconds:
        text = f"A nudge may wait {longest_seconds:.0f} s for a worker and would be run again before."
        found.append(checks.Error(text, hint=f"Set retry above {longest_seconds:.0f}.", id="core.E002"))
    return found
