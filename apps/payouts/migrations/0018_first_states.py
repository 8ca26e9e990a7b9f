from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("payouts", "0017_rows_made")]

    operations = [migrations.RunSQL(read_sql(__file__, "first_states.sql"))]
