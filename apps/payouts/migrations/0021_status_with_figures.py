from django.db import migrations, models


class Migration(migrations.Migration):
    """
    The index of states also holds what figures are made of.

    A platform's is made anew after it: of two that seem to cost the same, as in a young table, the newest is taken.
    """

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
        migrations.RemoveIndex("payout", "payout_partner_status"),
        migrations.AddIndex(
            "payout", models.Index(fields=["partner", "status", "-id"], name="payout_partner_status")
        ),
    ]
