from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("payouts", "0013_lists_of_platforms"), ("rails", "0005_accounts_of_platforms")]
    operations = [migrations.RunSQL(read_sql(__file__, "accounts_of_platforms.sql"), migrations.RunSQL.noop)]
