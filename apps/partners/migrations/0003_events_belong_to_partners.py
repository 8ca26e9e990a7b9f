from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("events", "0002_guards"), ("partners", "0002_guards")]

    operations = [migrations.RunSQL(read_sql(__file__, "events_belong_to_partners.sql"), migrations.RunSQL.noop)]
