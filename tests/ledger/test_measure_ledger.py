from io import StringIO

import pytest
from django.core.management import call_command

from apps.ledger.models import Account, Journal

pytestmark = pytest.mark.django_db


def test_measuring_says_how_fast_and_leaves_nothing():
    out = StringIO()
    call_command("measure_ledger", journals=20, stdout=out)
    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["1", "100", "1000"]
    assert out.getvalue().count("journals a second") == 3
    assert (Journal.objects.count(), Account.objects.count()) == (0, 0)
