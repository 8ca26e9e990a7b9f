"""The register of seeded bugs, and patches that several of them make."""

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

BUGS = {}


def bug(function):
    """Register a function that makes patches, given a stack that takes them back."""

    @contextmanager
    def seeded():
        with ExitStack() as stack:
            for patched in function():
                stack.enter_context(patched)
            yield

    seeded.__doc__ = function.__doc__
    BUGS[function.__name__] = seeded
    return seeded


def doubled(module, name):
    """Patch the function that drafts a journal so that its amount is doubled."""
    real = getattr(module, name)

    def drafted(*args, **kwargs):
        draft = real(*args, **kwargs)
        return replace(draft, legs=tuple(leg._replace(amount=leg.amount * 2) for leg in draft.legs))

    return patch.object(module, name, drafted)


def nothing_like(_function):
    return lambda *args, **kwargs: None


def silent(facts, event_type):
    real = facts.record

    def record(kind, *args, **kwargs):
        if kind != event_type:
            real(kind, *args, **kwargs)

    return patch.object(facts, "record", record)


def attempts_stay(status, of=None):
    """Patch the attempts so that they do not move to a status, at all or when one module moves them."""
    from apps.payouts.models import attempt

    real = attempt.AttemptQuerySet.move_live

    def move_live(self, payouts, to):
        if to == status and (of is None or any(payout.came_from == "paid" for payout in payouts)):
            return 0
        return real(self, payouts, to)

    return patch.object(attempt.AttemptQuerySet, "move_live", move_live)
