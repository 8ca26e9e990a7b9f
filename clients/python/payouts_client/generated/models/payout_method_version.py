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

from ..models.payout_method_version_type import (
    PayoutMethodVersionType,
    check_payout_method_version_type,
)

if TYPE_CHECKING:
    from ..models.payout_method_version_change import PayoutMethodVersionChange


T = TypeVar("T", bound="PayoutMethodVersion")


@_attrs_define
class PayoutMethodVersion:
    """
    Attributes:
        object_ (Literal['payout_method']):
        id (str):
        type_ (PayoutMethodVersionType):
        version (int):
        account (str): Masked.
        holder_name (str):
        bic (None | str):
        country (str):
        currency (str):
        usable_from (datetime.datetime):
        change (None | PayoutMethodVersionChange):
        created_at (datetime.datetime):
    """

    object_: Literal["payout_method"]
    id: str
    type_: PayoutMethodVersionType
    version: int
    account: str
    holder_name: str
    bic: None | str
    country: str
    currency: str
    usable_from: datetime.datetime
    change: None | PayoutMethodVersionChange
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.payout_method_version_change import PayoutMethodVersionChange  # noqa: PLC0415

        object_ = self.object_

        id = self.id

        type_: str = self.type_

        version = self.version

        account = self.account

        holder_name = self.holder_name

        bic: None | str
        bic = self.bic

        country = self.country

        currency = self.currency

        usable_from = self.usable_from.isoformat()

        change: dict[str, Any] | None
        if isinstance(self.change, PayoutMethodVersionChange):
            change = self.change.to_dict()
        else:
            change = self.change

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "type": type_,
                "version": version,
                "account": account,
                "holder_name": holder_name,
                "bic": bic,
                "country": country,
                "currency": currency,
                "usable_from": usable_from,
                "change": change,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_method_version_change import PayoutMethodVersionChange  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["payout_method"], d.pop("object"))
        if object_ != "payout_method":
            raise ValueError(f"object must match const 'payout_method', got '{object_}'")

        id = d.pop("id")

        type_ = check_payout_method_version_type(d.pop("type"))

        version = d.pop("version")

        account = d.pop("account")

        holder_name = d.pop("holder_name")

        def _parse_bic(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        bic = _parse_bic(d.pop("bic"))

        country = d.pop("country")

        currency = d.pop("currency")

        usable_from = datetime.datetime.fromisoformat(d.pop("usable_from"))

        def _parse_change(data: object) -> None | PayoutMethodVersionChange:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                change_type_0 = PayoutMethodVersionChange.from_dict(data)

                return change_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutMethodVersionChange, data)

        change = _parse_change(d.pop("change"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        payout_method_version = cls(
            object_=object_,
            id=id,
            type_=type_,
            version=version,
            account=account,
            holder_name=holder_name,
            bic=bic,
            country=country,
            currency=currency,
            usable_from=usable_from,
            change=change,
            created_at=created_at,
        )

        payout_method_version.additional_properties = d
        return payout_method_version

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
