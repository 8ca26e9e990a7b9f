from django.db import migrations, models


class Migration(migrations.Migration):
    """The few lines that wait to be matched, in the order of their list: the oldest of them are not looked for among all."""

    dependencies = [("reconciliation", "0009_split_and_group")]

    operations = [
        migrations.AddIndex(
            "statementline",
            models.Index(
                fields=["booked_on", "position", "-id"],
                condition=models.Q(("state__in", ["unmatched", "partly"])),
                name="line_open_in_order",
            ),
        ),
    ]
