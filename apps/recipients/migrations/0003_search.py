from django.db import migrations, models
from django.db.models.functions import Right

from apps.core.database import read_sql


class Migration(migrations.Migration):
    dependencies = [("recipients", "0002_guards")]

    operations = [
        migrations.RunSQL(
            read_sql(__file__, "search.sql"),
            "DROP INDEX recipientversion_words; DROP FUNCTION recipients_beginnings, recipients_words;",
        ),
        migrations.AddIndex(
            model_name="payoutmethodversion",
            index=models.Index(Right("account_masked", 4), name="payoutmethodversion_last_four"),
        ),
    ]
