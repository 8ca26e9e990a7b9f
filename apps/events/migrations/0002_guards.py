from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.RunSQL(
            read_sql(__file__, "guards.sql"),
            "DROP FUNCTION events_refuse_change CASCADE; DROP FUNCTION events_show_writer CASCADE;"
            "DROP FUNCTION events_settled_through; DROP FUNCTION events_uuid7;",
        ),
    ]
