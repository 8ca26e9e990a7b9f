from django.db import models


class Note(models.Model):
    """One row of the peer: what a Django developer's first endpoint would insert."""

    reference = models.CharField(max_length=35)
    amount = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = "bench_note"
        app_label = "bench"

    def __str__(self):
        return self.reference
