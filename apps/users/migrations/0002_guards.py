from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("users", "0001_initial")]

    operations = [
        migrations.RunSQL(
            read_sql(__file__, "role_conflicts.sql"),
            "DROP FUNCTION users_check_role CASCADE; DROP FUNCTION users_role_conflicts;",
        ),
    ]
