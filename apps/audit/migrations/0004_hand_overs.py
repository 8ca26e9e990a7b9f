from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_one_person"), ("rails", "0006_hand_overs")]

    operations = [
        migrations.RunSQL(
            read_sql(__file__, "hand_overs.sql"),
            "DROP TRIGGER handover_taken_by_another_human ON rails_handover;"
            " DROP TRIGGER handover_reported_by_another_human ON rails_handover;",
        )
    ]
