from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("payouts", "0016_likely_duplicates")]

    operations = [migrations.RunSQL(read_sql(__file__, "rows_made.sql"))]
