"""Files of payouts in every state that their pages can show."""

import io

from apps.payouts.operations import commit_plan, commit_plans, create_payouts, create_plan, read_plans
from tests import factories
from tests.payouts.test_plans import line, table


def upload(platform, operator, key):
    """Return plans by what their pages show: unmapped, faulty, changed, reading, committing, committed, unreadable."""
    found = {}

    def plan(name, content):
        found[name] = create_plan(platform.pk, f"{name.upper()}-47", content, by=operator, file_name=f"{name}.csv")
        read_plans()
        found[name].refresh_from_db()
        return found[name]

    twice = factories.iban()
    sound = [line(f"SELLER-{number}", f"{number * 17}.50", "Alva Ahornsen") for number in range(1, 90)]
    plan("unmapped", table("X-1,12.00,EUR", header="Auftrag,Wieviel,Währung"))
    plan("unreadable", table('X-2,"12.00'))
    plan(
        "faulty",
        table(
            *sound,
            line("SELLER-91", "12,50"),
            line("SELLER-92", country="Germany", iban="DE00999999990000000001"),
            line("SELLER-93", "250.00", "Nilo Haselthal", twice),
            line("SELLER-94", "250.00", "Nilo Haselthal", twice),
            line("SELLER-95", "9000.00", "Wendelin Obskurny"),
            line("SELLER-1", "3.00"),
        ),
    )
    changed = plan("changed", table(*[line(f"WEEK-{number}", "80.00", "Fenja Castellorosso") for number in range(40)]))
    committed = plan("committed", table(*[line(f"DAY-{number}", "64.00", "Ida Lindqvist") for number in range(12)]))
    create_payouts(platform.pk, [factories.payout_draft(reference="WEEK-7")], by=key)
    for one in (changed, committed):
        commit_plan(one.pk, by=operator, plan_hash=one.plan_hash, mode="all_or_nothing")
    commit_plans()
    committing = plan("committing", table(*[line(f"HOUR-{number}", "5.00", "Pim Overtveld") for number in range(25)]))
    commit_plan(committing.pk, by=operator, plan_hash=committing.plan_hash, mode="all_or_nothing")
    content = io.BytesIO(table(line("LAST-1")).getvalue())
    found["reading"] = create_plan(platform.pk, "READING-47", content, by=operator, file_name="reading.csv")
    return found
