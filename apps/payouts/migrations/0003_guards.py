from django.db import migrations

from apps.core.database import read_sql

FIRST = ["in_review", "awaiting_approval", "awaiting_funds", "scheduled", "rejected"]
EDGES = {
    "in_review": ["awaiting_approval", "awaiting_funds", "scheduled", "rejected", "cancelled"],
    "awaiting_approval": ["awaiting_funds", "scheduled", "rejected", "cancelled"],
    "awaiting_funds": ["scheduled", "rejected", "cancelled", "expired"],
    "scheduled": ["submitting", "rejected", "cancelled", "expired"],
    "submitting": ["scheduled", "sent", "in_doubt", "failed"],
    "in_doubt": ["sent", "paid", "failed"],
    "sent": ["in_doubt", "paid", "failed", "returned"],
    "paid": ["returned", "sent"],
    "returned": ["sent", "paid"],
}


def write_edges(apps, schema_editor):
    rows = [("", target) for target in FIRST]
    rows += [(source, target) for source, targets in EDGES.items() for target in targets]
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO payouts_stateedge (source, target) VALUES (%s, %s)", rows)


class Migration(migrations.Migration):
    dependencies = [("payouts", "0002_initial")]

    operations = [
        migrations.RunSQL(read_sql(__file__, "guards.sql"), migrations.RunSQL.noop),
        migrations.RunPython(write_edges, migrations.RunPython.noop),
    ]
