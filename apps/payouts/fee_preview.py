"""What a fee schedule would have meant for the payouts of the last ninety days, by one statement."""

import json
from datetime import timedelta

from django.db import connection

from apps.approvals.models import SettingVersion
from apps.core.database import database_now, statement
from apps.core.ids import first_uuid7
from apps.partners.models import Partner

DAYS = 90
MOST = 50_000
"""How many payouts are looked at, the newest ones."""

_SUMS = ("count", "amount", "fees", "would", "nothing_left")


def preview(version) -> dict:
    """
    Return what the payouts of `days` that were paid would have cost, and what they did cost, in minor units.

    `rows` has one entry per platform: `partner`, `count`, `amount`, `fees` as they were, `would` as they would have been and
    `nothing_left`, how many the fee would have left nothing of. `is_cut_off` tells that only the newest were looked at.
    """
    now = database_now()
    parameters = {
        "since": first_uuid7(now - timedelta(days=DAYS)),
        "rail": version.name,
        "currency": version.currency,
        "partner": version.partner_id,
        "others": [] if version.partner_id else _with_their_own(version, now),
        "terms": json.dumps(version.content),
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(__file__, "fee_preview.sql"), parameters)
        found = cursor.fetchall()
    partners = Partner.objects.in_bulk([partner for partner, *_ in found])
    rows = [{"partner": partners[partner], **dict(zip(_SUMS, map(int, sums), strict=True))} for partner, *sums in found]
    totals = {name: sum(row[name] for row in rows) for name in _SUMS}
    return {"days": DAYS, "rows": rows, **totals, "is_cut_off": totals["count"] == MOST}


def _with_their_own(version, now) -> list:
    """Return the platforms that the schedule for everybody does not reach."""
    own = SettingVersion.objects.in_force(now).filter(
        kind=version.kind, currency=version.currency, name=version.name, partner__isnull=False
    )
    return [row.partner_id for row in own]
