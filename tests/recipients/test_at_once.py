"""People and programs that meet at one account. Commits, so takes a fresh database afterwards (about 0.3 s)."""

from functools import partial

from apps.core.ids import uuid7
from apps.ledger.queries import balances
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, decide_method_change, end_turned_down
from apps.recipients.models import MethodChange, Reveal
from apps.recipients.operations import MethodDraft, change_method, create_recipients, reveal_account
from tests import factories
from tests.threads import at_once, refused

ROUNDS = 4


def test_at_one_account_each_thing_happens_once(committed_db, platform, key, operator, approvers, settings):
    settings.REVEALS_PER_HOUR = 3
    recipients = create_recipients(platform.pk, [factories.recipient_draft() for _ in range(ROUNDS)], by=key)
    version = recipients[0].method_version.pk
    show = partial(reveal_account, version, by=operator, reason="The bank asks on the telephone")
    assert len(refused(at_once(*[partial(show, asked=uuid7()) for _ in range(6)]))) == 3
    assert Reveal.objects.count() == 3

    for recipient in recipients:
        drafts = [MethodDraft(iban=factories.iban()) for _ in range(2)]
        assert len(refused(at_once(*[partial(change_method, recipient.pk, draft, by=key) for draft in drafts]))) == 1
        change = MethodChange.objects.get(method__recipient=recipient)
        decide = partial(decide_method_change, change.pk, reason="Nobody there knows of it")
        pay = partial(create_payouts, platform.pk, [factories.payout_draft(recipient=recipient.pk)], by=key)
        outcomes = at_once(
            partial(decide, by=approvers[0], decision="refuse"),
            partial(decide, by=approvers[1], decision="refuse"),
            pay,
        )
        assert len(refused(outcomes)) == 1
    end_turned_down()
    unsent = Payout.objects.filter(status="scheduled")
    assert not unsent.filter(method_version__number=2).exists()
    assert Payout.objects.filter(method_version__number=2).exclude(status="rejected").count() == 0
    assert balances(platform.public_id)["EUR"]["reserved"] == sum(unsent.values_list("amount", flat=True))
