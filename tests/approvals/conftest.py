"""The people of these tests: three who may approve, one who makes, and a platform's service user."""

from hashlib import sha256

import pytest
from django.db import transaction

from apps.approvals.operations import RequestDraft, open_requests, set_policy
from apps.core.permissions import SYSTEM
from apps.partners.models import Partner
from apps.users.models import RoleAssignment, User

DIGEST = sha256(b"content").hexdigest()
OTHER_DIGEST = sha256(b"other content").hexdigest()


def new_person(name, role="approver", kind="person"):
    user = User.objects.create(email=f"{name}@example.org", name=name.title(), kind=kind, password="!")
    if role:
        RoleAssignment.objects.create(user=user, role=role)
    return user


class Cast:
    """Makes its people and their platform when it is made, so that committing tests can have it too."""

    def __init__(self):
        self.first, self.second, self.third = (new_person(name) for name in ("ada", "ben", "cem"))
        self.maker = new_person("mia", "operator")
        self.officer = new_person("olu", "compliance_officer")
        self.service = new_person("platform", role=None, kind="service")
        self.partner = Partner.objects.create(name="Platform", mode="sandbox", service_user=self.service)

    def draft(self, subject="po_1", amount=500_00, digest=DIGEST, excluded=(), **more):
        return RequestDraft(subject, "payout", self.partner.pk, digest, amount, "EUR", excluded, **more)

    def open(self, subject="po_1", required=1, excluded=()):
        """Open one request that needs `required` approvals."""
        with transaction.atomic():
            set_policy(None, "EUR", [{"up_to": None, "approvals": required}], by=SYSTEM)
            return open_requests([self.draft(subject, excluded=excluded)])[subject]


@pytest.fixture
def cast(db):
    return Cast()
