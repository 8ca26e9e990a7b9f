from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0001_table_changes"), ("compliance", "0003_cases")]

    operations = [
        migrations.RunSQL("CALL core_watch_table('compliance_watchlist')", migrations.RunSQL.noop),
    ]
