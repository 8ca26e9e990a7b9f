"""The people of the demo: invented, each with one job."""

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

_WORDS = (
    "amber anchor apple autumn bamboo basil beacon birch bridge canyon cedar chalk cherry clover cobalt comet copper "
    "coral cotton crane delta ember fable falcon fern fjord forest garnet ginger glacier granite harbor hazel heron "
    "indigo island ivory jasper juniper lagoon lantern laurel lemon linden lotus maple marble meadow melon mint moss "
    "nectar oak olive opal orbit orchid otter pebble pepper"
)


@dataclass(frozen=True)
class Person:
    """Someone who signs in to the demo."""

    name: str
    email: str
    roles: tuple[str, ...]

    @property
    def password(self) -> str:
        """The person's password: drawn from this installation's secret, so that it is known here and nowhere else."""
        digest = hmac.digest(settings.SECRET_KEY.encode(), f"demo password of {self.email}".encode(), hashlib.sha256)
        words = _WORDS.split()
        return "-".join(words[byte % len(words)] for byte in digest[:4]) + f"-{digest[4] % 90 + 10}"


OPERATOR = Person("Olga Operator", "olga@demo.example", ("operator",))
FIRST_APPROVER = Person("Anton Approver", "anton@demo.example", ("approver",))
SECOND_APPROVER = Person("Berta Approver", "berta@demo.example", ("approver",))
ANALYST = Person("Clara Compliance", "clara@demo.example", ("compliance_analyst",))
OFFICER = Person("Otto Officer", "otto@demo.example", ("compliance_officer",))
TREASURER = Person("Tilda Treasurer", "tilda@demo.example", ("treasurer",))
SECOND_TREASURER = Person("Tove Treasurer", "tove@demo.example", ("treasurer",))
AUDITOR = Person("Aldo Auditor", "aldo@demo.example", ("auditor",))
ADMINISTRATOR = Person("Ada Administrator", "ada@demo.example", ("administrator",))

PEOPLE = (
    OPERATOR,
    FIRST_APPROVER,
    SECOND_APPROVER,
    ANALYST,
    OFFICER,
    TREASURER,
    SECOND_TREASURER,
    AUDITOR,
    ADMINISTRATOR,
)
