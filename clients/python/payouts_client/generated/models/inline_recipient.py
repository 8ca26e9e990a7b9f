from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.inline_recipient_kind import (
    InlineRecipientKind,
    check_inline_recipient_kind,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.new_method import NewMethod


T = TypeVar("T", bound="InlineRecipient")


@_attrs_define
class InlineRecipient:
    """
    Attributes:
        kind (InlineRecipientKind):
        name (str): Legal name, as on an identity document or in a register.
        country (str): Where the recipient lives or is registered.
        method (NewMethod):
        date_of_birth (datetime.date | Unset): Of an individual; it clears up equal names.
        email (str | Unset): Kept with the recipient.
        reference (str | Unset): Your own name for the recipient.
    """

    kind: InlineRecipientKind
    name: str
    country: str
    method: NewMethod
    date_of_birth: datetime.date | Unset = UNSET
    email: str | Unset = UNSET
    reference: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        name = self.name

        country = self.country

        method = self.method.to_dict()

        date_of_birth: str | Unset = UNSET
        if not isinstance(self.date_of_birth, Unset):
            date_of_birth = self.date_of_birth.isoformat()

        email = self.email

        reference = self.reference

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "country": country,
                "method": method,
            }
        )
        if date_of_birth is not UNSET:
            field_dict["date_of_birth"] = date_of_birth
        if email is not UNSET:
            field_dict["email"] = email
        if reference is not UNSET:
            field_dict["reference"] = reference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_method import NewMethod  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_inline_recipient_kind(d.pop("kind"))

        name = d.pop("name")

        country = d.pop("country")

        method = NewMethod.from_dict(d.pop("method"))

        _date_of_birth = d.pop("date_of_birth", UNSET)
        date_of_birth: datetime.date | Unset
        if isinstance(_date_of_birth, Unset):
            date_of_birth = UNSET
        else:
            date_of_birth = datetime.date.fromisoformat(_date_of_birth)

        email = d.pop("email", UNSET)

        reference = d.pop("reference", UNSET)

        inline_recipient = cls(
            kind=kind,
            name=name,
            country=country,
            method=method,
            date_of_birth=date_of_birth,
            email=email,
            reference=reference,
        )

        return inline_recipient
