from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.new_recipient_kind import NewRecipientKind, check_new_recipient_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.new_method import NewMethod


T = TypeVar("T", bound="NewRecipient")


@_attrs_define
class NewRecipient:
    """
    Attributes:
        kind (NewRecipientKind):
        name (str): Legal name, as on an identity document or in a register.
        country (str): Where the recipient lives or is registered.
        date_of_birth (datetime.date | Unset): Of an individual; it clears up equal names.
        email (str | Unset): Kept with the recipient.
        reference (str | Unset): Your own name for the recipient.
        method (NewMethod | Unset):
    """

    kind: NewRecipientKind
    name: str
    country: str
    date_of_birth: datetime.date | Unset = UNSET
    email: str | Unset = UNSET
    reference: str | Unset = UNSET
    method: NewMethod | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        name = self.name

        country = self.country

        date_of_birth: str | Unset = UNSET
        if not isinstance(self.date_of_birth, Unset):
            date_of_birth = self.date_of_birth.isoformat()

        email = self.email

        reference = self.reference

        method: dict[str, Any] | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "country": country,
            }
        )
        if date_of_birth is not UNSET:
            field_dict["date_of_birth"] = date_of_birth
        if email is not UNSET:
            field_dict["email"] = email
        if reference is not UNSET:
            field_dict["reference"] = reference
        if method is not UNSET:
            field_dict["method"] = method

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_method import NewMethod  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_new_recipient_kind(d.pop("kind"))

        name = d.pop("name")

        country = d.pop("country")

        _date_of_birth = d.pop("date_of_birth", UNSET)
        date_of_birth: datetime.date | Unset
        if isinstance(_date_of_birth, Unset):
            date_of_birth = UNSET
        else:
            date_of_birth = datetime.date.fromisoformat(_date_of_birth)

        email = d.pop("email", UNSET)

        reference = d.pop("reference", UNSET)

        _method = d.pop("method", UNSET)
        method: NewMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = NewMethod.from_dict(_method)

        new_recipient = cls(
            kind=kind,
            name=name,
            country=country,
            date_of_birth=date_of_birth,
            email=email,
            reference=reference,
            method=method,
        )

        return new_recipient
