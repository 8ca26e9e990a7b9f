"""When a request is repeated, and after how long. A repetition carries the same Idempotency-Key, so nothing happens twice."""

import random
from dataclasses import dataclass

import httpx

from .problems import seconds_of


@dataclass(frozen=True)
class Retries:
    """
    How often and how patiently: `most` repetitions, the first after about `first_seconds`, each after about twice as long
    as the one before, none after more than `longest_seconds`. Where the portal names a time, that counts; if it is longer
    than `longest_seconds`, the error is raised at once. ``Retries(most=0)`` repeats nothing.
    """

    most: int = 5
    first_seconds: float = 0.5
    longest_seconds: float = 30.0

    def pause(self, repeated: int, answer: httpx.Response | None) -> float | None:
        """Return the seconds until the next repetition, or None: it is for the caller. No `answer`: none came."""
        if repeated >= self.most or (answer is not None and not is_worth_repeating(answer)):
            return None
        named = None if answer is None else seconds_of(answer)
        if named is not None:
            return named if named <= self.longest_seconds else None
        longest = min(self.longest_seconds, self.first_seconds * 2**repeated)
        return random.uniform(longest / 2, longest)  # noqa: S311  spreads clients over time, and keeps no secret


def is_worth_repeating(answer: httpx.Response) -> bool:
    """
    Tell whether the same request may have another answer later.

    That is so at 429, at 5xx, and at 409 if it says when: then a request with the same key is being worked on.
    """
    status = answer.status_code
    return status == 429 or status >= 500 or (status == 409 and seconds_of(answer) is not None)
