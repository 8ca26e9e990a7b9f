from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [migrations.RunSQL(read_sql(__file__, "fees.sql"), "DROP FUNCTION pricing_fee(bigint, jsonb)")]
