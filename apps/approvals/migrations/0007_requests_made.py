from django.db import migrations

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("approvals", "0006_void_decisions")]

    operations = [migrations.RunSQL(read_sql(__file__, "requests_made.sql"))]
