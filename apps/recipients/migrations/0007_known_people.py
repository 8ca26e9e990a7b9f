from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("recipients", "0006_evidence")]

    operations = [migrations.RunSQL(read_sql(__file__, "known_people.sql"))]
