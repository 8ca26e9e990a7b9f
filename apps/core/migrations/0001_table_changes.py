from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = []

    operations = [migrations.RunSQL(read_sql(__file__, "table_changes.sql"))]
