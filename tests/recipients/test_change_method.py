import pytest

from apps.recipients.models import PayoutMethodVersion
from apps.recipients.operations import CannotChangeMethod, MethodDraft, change_method, create_recipients
from tests import factories


def test_the_account_that_is_paid_already_is_no_change(platform, key):
    iban = factories.iban()
    [recipient] = create_recipients(platform.pk, [factories.recipient_draft("Ada Quill", iban=iban)], by=key)
    for holder_name in ("", "Ada Quill"):
        with pytest.raises(CannotChangeMethod):
            change_method(recipient.pk, MethodDraft(iban=iban, holder_name=holder_name), by=key)
    assert PayoutMethodVersion.objects.count() == 1
