"""
The ledger's rows.

Everything here is read-only for the product: accounts, journals and transfers are written by the database functions
in `sql/`, which `posting.py` calls.
"""

from collections import defaultdict
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Case, F, Q, When

from apps.core.ids import PublicId, uuid7
from apps.core.money import format_amount
from apps.ledger.kinds import HOLDER_PREFIX, HOUSE, KINDS


def _allowed_shapes() -> Q:
    """
    Return the condition that an account is one of `KINDS`: right holder, right side, right floor.

    It is as short as it can be said: the database reads it anew for every statement that moves a balance.
    """
    kinds = defaultdict(list)
    for kind in KINDS.values():
        kinds[kind.holder, kind.normal, kind.min_available].append(kind.name)
    shapes = []
    for (holder, normal, floor), names in kinds.items():
        whose = Q(holder="") if holder == HOUSE else Q(holder__startswith=HOLDER_PREFIX[holder])
        least = Q(min_available__isnull=True) if floor is None else Q(min_available__isnull=False, min_available=floor)
        shapes.append(Q(kind__in=names, normal=normal) & whose & least)
    return reduce(or_, shapes)


class Account(models.Model):
    """One place where money of one currency is counted, with the sums of all transfers that touched it."""

    kind = models.CharField(max_length=20, choices=[(kind.name, kind.name) for kind in KINDS.values()])
    holder = models.CharField(max_length=40, blank=True, help_text="Partner or bank account it is kept for, if any.")
    currency = models.CharField(max_length=3)
    normal = models.CharField(max_length=6, help_text="The side, debit or credit, that makes the balance grow.")
    debits = models.BigIntegerField(default=0, help_text="Sum of all transfers that debit this account.")
    credits = models.BigIntegerField(default=0, help_text="Sum of all transfers that credit this account.")
    min_available = models.BigIntegerField(null=True, help_text="The balance never goes below this.")
    available = models.GeneratedField(
        expression=Case(
            When(normal="credit", then=F("credits") - F("debits")),
            default=F("debits") - F("credits"),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
        help_text="The balance, seen from the side that makes it grow.",
    )

    class Meta:
        ordering = ["holder", "currency", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "holder", "currency"], name="ledger_account_once"),
            models.UniqueConstraint(fields=["id", "currency"], name="ledger_account_currency"),
            models.CheckConstraint(condition=_allowed_shapes(), name="ledger_account_kind"),
            models.CheckConstraint(condition=Q(debits__gte=0, credits__gte=0), name="ledger_account_sums"),
            models.CheckConstraint(
                condition=Q(min_available__isnull=True) | Q(available__gte=F("min_available")),
                name="ledger_account_min_available",
            ),
        ]
        indexes = [models.Index(fields=["holder", "currency"], name="ledger_account_holder")]
        default_permissions = ()
        permissions = [("view_ledger", "Can read the ledger")]

    def __str__(self):
        return " ".join(part for part in (self.kind, self.holder, self.currency) if part)

    @property
    def meaning(self) -> str:
        return KINDS[self.kind].meaning


class Journal(PublicId, models.Model):
    """The transfers posted together for one moment, such as the reservation of one payout. Never changed."""

    id_prefix = "jrn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    moment = models.CharField(max_length=40, help_text="What happened, such as payout.reserved.")
    reference = models.CharField(max_length=80, help_text="What it happened to; a moment is posted once per reference.")
    subject = models.CharField(max_length=40, blank=True, help_text="Public id of what this is about.")
    value_on = models.DateField(help_text="The day from which the money counts.")
    booked_on = models.DateField(null=True, help_text="The day the bank booked it; empty inside the house.")
    posted_at = models.DateTimeField(help_text="When it was written, by the database's clock.")
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by", help_text="The journal it undoes."
    )
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["moment", "reference"], name="ledger_journal_once"),
            models.CheckConstraint(condition=~Q(moment="") & ~Q(reference=""), name="ledger_journal_named"),
        ]
        indexes = [models.Index(fields=["subject"], name="ledger_journal_subject")]
        default_permissions = ()

    def __str__(self):
        return f"{self.moment} {self.reference}"


class Transfer(models.Model):
    """One amount moved from one account to another of the same currency. Never changed."""

    journal = models.ForeignKey(
        Journal, on_delete=models.PROTECT, related_name="transfers", db_constraint=False, db_index=False
    )
    leg = models.PositiveIntegerField(help_text="Place in the journal, from 1.")
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["journal", "leg"], name="ledger_transfer_leg"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_transfer_amount"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_transfer_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["debit", "id"], name="ledger_transfer_debit"),
            models.Index(fields=["credit", "id"], name="ledger_transfer_credit"),
        ]
        default_permissions = ()

    def __str__(self):
        return f"{format_amount(self.amount, self.currency)} {self.currency}"


class Entry(models.Model):
    """One side of a transfer, as auditors read it: debits are positive, credits negative. A view."""

    id = models.BigIntegerField(primary_key=True)
    transfer = models.ForeignKey(Transfer, on_delete=models.DO_NOTHING, related_name="entries")
    journal = models.ForeignKey(Journal, on_delete=models.DO_NOTHING, related_name="entries")
    leg = models.PositiveIntegerField()
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="entries")
    side = models.CharField(max_length=6)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    moment = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    subject = models.CharField(max_length=40)
    value_on = models.DateField()
    booked_on = models.DateField(null=True)
    posted_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_entry"
        ordering = ["id"]
        default_permissions = ()

    def __str__(self):
        return f"{self.side} {format_amount(abs(self.amount), self.currency)} {self.currency}"
