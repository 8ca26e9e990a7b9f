from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0001_table_changes"), ("approvals", "0007_requests_made")]

    operations = [
        migrations.RunSQL("CALL core_watch_table('approvals_settingversion')", migrations.RunSQL.noop),
    ]
