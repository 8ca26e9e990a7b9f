"""
Edits that know what they change.

Whoever reads a thing gets its revision, a digest of what they were shown, and names it when they change the thing. If
somebody else has changed it in between, the edit is refused and nothing is overwritten unseen.
"""

import hashlib
import json

from apps.core.errors import DomainError


class ChangedMeanwhile(DomainError):
    """It is not what it was when you read it: somebody else has changed it since."""

    code = "precondition-failed"
    status = 412
    title = "It was changed meanwhile"
    cure = "Read it again, look at what has changed, and send your change with the ETag of what you have read."


def revision_of(shown: dict) -> str:
    """Return the revision of a thing as it is shown: 32 hexadecimal digits."""
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def require_revision(shown: dict, expected: str | None) -> None:
    """
    Let an edit of a locked thing pass if it is shown as it was to whoever edits it; None: they do not say.

    :raises ChangedMeanwhile: if it is not.
    """
    if expected is not None and revision_of(shown) != expected:
        raise ChangedMeanwhile()
