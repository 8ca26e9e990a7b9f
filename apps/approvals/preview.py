"""What an approval policy would have meant for the payouts of the last ninety days, by one statement."""

from datetime import timedelta

from django.db import connection

from apps.approvals.models import SettingVersion
from apps.core.database import database_now, statement
from apps.core.ids import first_uuid7

DAYS = 90
MOST = 50_000
"""How many payouts are looked at, the newest ones."""


def preview(version) -> dict:
    """
    Return how many of the payouts of `days` would have needed how many approvals, and how many another number than then.

    `rows` has one entry per number of approvals: `needed`, `count`, `changed`, and of those that wait for approval now
    `waiting` and `waiting_changed`. `is_cut_off` tells that only the newest were looked at.
    """
    now, bands = database_now(), version.content["bands"]
    parameters = {
        "since": first_uuid7(now - timedelta(days=DAYS)),
        "currency": version.currency,
        "partner": version.partner_id,
        "others": [] if version.partner_id else _with_their_own(version, now),
        "most": MOST,
        "above": [band["up_to"] + 1 for band in bands[:-1]],
        "approvals": [band["approvals"] for band in bands],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(__file__, "preview.sql"), parameters)
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    sums = {name: sum(row[name] for row in rows) for name in ("count", "changed", "waiting", "waiting_changed")}
    return {"days": DAYS, "rows": rows, **sums, "is_cut_off": sums["count"] == MOST}


def _with_their_own(version, now) -> list:
    """Return the platforms that the policy for everybody does not reach."""
    own = SettingVersion.objects.in_force(now).filter(
        kind=version.kind, currency=version.currency, partner__isnull=False
    )
    return [row.partner_id for row in own]
