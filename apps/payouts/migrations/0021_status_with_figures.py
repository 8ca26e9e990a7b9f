from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of states also holds what figures are made of."""

    dependencies = [("payouts", "0020_paid_within")]

    operations = [
        migrations.RemoveIndex("payout", "payout_status"),
        migrations.AddIndex(
            "payout",
            models.Index(
                fields=["status", "-id"],
                name="payout_status",
                include=("currency", "rail", "created_at", "amount", "approval"),
            ),
        ),
    ]
