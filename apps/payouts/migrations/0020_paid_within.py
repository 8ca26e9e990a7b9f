from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of what was paid also holds how long that took, and by which rail."""

    dependencies = [("payouts", "0019_looked_at_again")]

    operations = [
        migrations.RemoveIndex("payout", "payout_paid"),
        migrations.AddIndex(
            "payout",
            models.Index(
                fields=["status_at"], name="payout_paid", condition=models.Q(("status", "paid")), include=("created_at", "rail")
            ),
        ),
    ]
