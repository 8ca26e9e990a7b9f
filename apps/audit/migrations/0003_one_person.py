from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_findings"),
        ("approvals", "0002_guards"),
        ("compliance", "0003_cases"),
        ("payouts", "0006_conflicts"),
        ("rails", "0003_stops"),
        ("recipients", "0004_method_changes"),
        ("reconciliation", "0005_two_people"),
        ("users", "0005_one_person"),
    ]

    operations = [
        migrations.RunSQL(
            read_sql(__file__, "one_person.sql"),
            "DROP FUNCTION audit_check_decisions CASCADE; DROP FUNCTION audit_check_two_people CASCADE;"
            " DROP FUNCTION audit_check_method_change CASCADE;",
        ),
        migrations.RunSQL(read_sql(__file__, "last_gate.sql"), "DROP FUNCTION audit_check_attempts CASCADE;"),
    ]
