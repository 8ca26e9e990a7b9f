from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [
        migrations.RunSQL(
            read_sql(__file__, "guards.sql"),
            "ALTER TABLE partners_apikey DROP CONSTRAINT partners_apikey_mode_of_partner;"
            "ALTER TABLE partners_partner DROP CONSTRAINT partners_partner_id_mode;",
        ),
    ]
