from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("events", "0004_refusals")]

    operations = [
        migrations.RunSQL(read_sql(__file__, "finding.sql"), "DROP FUNCTION events_first_id;"),
    ]
