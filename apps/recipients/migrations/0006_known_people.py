from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("recipients", "0005_lists_of_platforms")]

    operations = [migrations.RunSQL(read_sql(__file__, "known_people.sql"))]
