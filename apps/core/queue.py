"""
Background work: the rows are the work list, the queue only carries nudges.

A job is a function without arguments that claims rows which are due, acts, commits, and repeats until none is left. A
nudge says "there may be something to do". It is enqueued in the caller's transaction, so it appears if and only if the
change that caused it was committed. A lost nudge is made good by the sweep, a doubled one finds nothing.
"""

import importlib.util
from functools import wraps

from django.apps import apps
from django.db import close_old_connections
from django.utils.module_loading import import_string
from django_q.tasks import async_task

JOBS = {}


def job(function):
    """Register `function`, a job without arguments; the worker nudges it at every sweep."""

    @wraps(function)
    def run():
        return function()

    name = f"{function.__module__}.{function.__name__}"
    assert name not in JOBS, f"{name} is registered already"
    run.job_name = name
    JOBS[name] = run
    return run


def nudge(job):
    """Ask a worker to run `job`, once the current transaction has committed."""
    async_task("apps.core.queue.run_job", job.job_name, task_name=job.__name__)


def run_job(name):
    """Run the job called `name` in this process."""
    close_old_connections()
    import_string(name)()


def load_jobs():
    """Import the `jobs` module of every app, which registers its jobs, and return `JOBS`."""
    for config in apps.get_app_configs():
        if config.name.startswith("apps.") and importlib.util.find_spec(f"{config.name}.jobs"):
            importlib.import_module(f"{config.name}.jobs")
    return JOBS
