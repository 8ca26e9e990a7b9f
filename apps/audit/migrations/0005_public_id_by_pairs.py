from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_hand_overs")]

    operations = [migrations.RunSQL(read_sql(__file__, "public_id_by_pairs.sql"))]
