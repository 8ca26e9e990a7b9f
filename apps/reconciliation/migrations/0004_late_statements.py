from django.db import migrations, models

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0003_extra_debits")]

    operations = [
        migrations.RemoveConstraint(model_name="statement", name="statement_number_once"),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("bank_account", "number"),
                name="statement_number_once",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ),
        migrations.RunSQL(read_sql(__file__, "make_room.sql")),
    ]
