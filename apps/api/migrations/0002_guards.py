from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [migrations.RunSQL(read_sql(__file__, "guards.sql"))]
