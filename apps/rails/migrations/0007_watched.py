from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0001_table_changes"), ("rails", "0006_hand_overs")]

    operations = [
        migrations.RunSQL("CALL core_watch_table('rails_bankaccount')", migrations.RunSQL.noop),
        migrations.RunSQL("CALL core_watch_table('rails_stop')", migrations.RunSQL.noop),
    ]
