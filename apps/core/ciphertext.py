"""Columns that hold what `apps.core.crypto` has encrypted, so that whoever changes keys finds every one of them."""

from django.apps import apps
from django.db import models


class Ciphertext(models.BinaryField):
    """
    Encrypted bytes, bound to `context`, in which `{pk}` stands for the row's primary key.

    Migrations know it as a BinaryField: what it is bound to is nothing to the database.
    """

    def __init__(self, *args, context="", **options):
        self.context = context
        super().__init__(*args, **options)

    def deconstruct(self):
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options

    def context_of(self, pk) -> str:
        """Return what the ciphertext of the row with this primary key is bound to."""
        return self.context.format(pk=pk)


def context_of(model, name: str, pk) -> str:
    """Return what a model's column `name` is bound to in the row with this primary key."""
    return model._meta.get_field(name).context_of(pk)


def encrypted_columns() -> list[Ciphertext]:
    """Return every column that holds ciphertexts, in the order of tables."""
    found = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, Ciphertext) and field.model is model
    ]
    return sorted(found, key=lambda field: (field.model._meta.db_table, field.column))
