"""How a command of the installation sets an approval policy, as part of setting a portal up."""

from django.db import transaction

from apps.approvals.operations.settings import (
    SettingDraft,
    lock_setting,
    mark_proposed,
    mark_published,
    propose_setting,
    write_draft,
)
from apps.approvals.people import check_chains
from apps.approvals.policies import KIND
from apps.core.database import database_now
from apps.core.permissions import require_permission
from apps.partners.models import Mode, Partner


@transaction.atomic
def set_policy(partner_id, currency, bands, *, by):
    """
    Set how many people must approve payouts of a platform (None: of all without a policy of their own) in a currency.

    It is published at once as long as no live platform falls under it; else it is proposed, and a person publishes it.

    :raises PermissionDenied: if `by` is a person: people draft and propose.
    :raises Invalid: naming every fault of the bands and the currency.
    :raises CannotPublish: if fewer people could approve than a band asks for.
    :raises CannotChangeSetting: if a version that a person has proposed waits for a second one.
    """
    require_permission(by, "approvals.set_up_policy")
    draft = SettingDraft(KIND, {"bands": bands}, partner_id, currency, reason="Set by a command of the installation")
    lock_setting(draft)  # before the draft: who proposes or publishes locks in this order, too
    version = write_draft(draft, by=by)
    live = Partner.objects.filter(mode=Mode.LIVE)
    if (live.filter(pk=partner_id) if partner_id else live).exists():
        return propose_setting(version.pk, by=by)
    check_chains(version, database_now())
    mark_proposed(version)
    return mark_published(version, by=by)
