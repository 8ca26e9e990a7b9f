from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.recipient_kind import RecipientKind, check_recipient_kind
from ..models.recipient_status import RecipientStatus, check_recipient_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.payout_method import PayoutMethod
    from ..models.recipient_method_change import RecipientMethodChange


T = TypeVar("T", bound="Recipient")


@_attrs_define
class Recipient:
    """
    Attributes:
        object_ (Literal['recipient']):
        id (str):
        kind (RecipientKind):
        status (RecipientStatus):
        reference (None | str):
        version (int):
        name (str):
        country (str):
        date_of_birth (datetime.date | None):
        email (None | str):
        method (None | PayoutMethod):
        method_change (None | RecipientMethodChange):
        created_at (datetime.datetime):
        etag (str | Unset): The revision of what is shown; name it as `If-Match` to change it.
    """

    object_: Literal["recipient"]
    id: str
    kind: RecipientKind
    status: RecipientStatus
    reference: None | str
    version: int
    name: str
    country: str
    date_of_birth: datetime.date | None
    email: None | str
    method: None | PayoutMethod
    method_change: None | RecipientMethodChange
    created_at: datetime.datetime
    etag: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.payout_method import PayoutMethod  # noqa: PLC0415
        from ..models.recipient_method_change import RecipientMethodChange  # noqa: PLC0415

        object_ = self.object_

        id = self.id

        kind: str = self.kind

        status: str = self.status

        reference: None | str
        reference = self.reference

        version = self.version

        name = self.name

        country = self.country

        date_of_birth: None | str
        if isinstance(self.date_of_birth, datetime.date):
            date_of_birth = self.date_of_birth.isoformat()
        else:
            date_of_birth = self.date_of_birth

        email: None | str
        email = self.email

        method: dict[str, Any] | None
        if isinstance(self.method, PayoutMethod):
            method = self.method.to_dict()
        else:
            method = self.method

        method_change: dict[str, Any] | None
        if isinstance(self.method_change, RecipientMethodChange):
            method_change = self.method_change.to_dict()
        else:
            method_change = self.method_change

        created_at = self.created_at.isoformat()

        etag = self.etag

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "kind": kind,
                "status": status,
                "reference": reference,
                "version": version,
                "name": name,
                "country": country,
                "date_of_birth": date_of_birth,
                "email": email,
                "method": method,
                "method_change": method_change,
                "created_at": created_at,
            }
        )
        if etag is not UNSET:
            field_dict["etag"] = etag

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_method import PayoutMethod  # noqa: PLC0415
        from ..models.recipient_method_change import RecipientMethodChange  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["recipient"], d.pop("object"))
        if object_ != "recipient":
            raise ValueError(f"object must match const 'recipient', got '{object_}'")

        id = d.pop("id")

        kind = check_recipient_kind(d.pop("kind"))

        status = check_recipient_status(d.pop("status"))

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        version = d.pop("version")

        name = d.pop("name")

        country = d.pop("country")

        def _parse_date_of_birth(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                date_of_birth_type_0 = datetime.date.fromisoformat(data)

                return date_of_birth_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        date_of_birth = _parse_date_of_birth(d.pop("date_of_birth"))

        def _parse_email(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        email = _parse_email(d.pop("email"))

        def _parse_method(data: object) -> None | PayoutMethod:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                method_type_0 = PayoutMethod.from_dict(data)

                return method_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutMethod, data)

        method = _parse_method(d.pop("method"))

        def _parse_method_change(data: object) -> None | RecipientMethodChange:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                method_change_type_0 = RecipientMethodChange.from_dict(data)

                return method_change_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RecipientMethodChange, data)

        method_change = _parse_method_change(d.pop("method_change"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        etag = d.pop("etag", UNSET)

        recipient = cls(
            object_=object_,
            id=id,
            kind=kind,
            status=status,
            reference=reference,
            version=version,
            name=name,
            country=country,
            date_of_birth=date_of_birth,
            email=email,
            method=method,
            method_change=method_change,
            created_at=created_at,
            etag=etag,
        )

        recipient.additional_properties = d
        return recipient

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
