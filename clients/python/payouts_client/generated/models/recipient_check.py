from __future__ import annotations

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

if TYPE_CHECKING:
    from ..models.rail_reach import RailReach


T = TypeVar("T", bound="RecipientCheck")


@_attrs_define
class RecipientCheck:
    """
    Attributes:
        object_ (Literal['recipient_check']):
        name (str):
        account (None | str): Masked.
        rails (list[RailReach]):
    """

    object_: Literal["recipient_check"]
    name: str
    account: None | str
    rails: list[RailReach]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        name = self.name

        account: None | str
        account = self.account

        rails = []
        for rails_item_data in self.rails:
            rails_item = rails_item_data.to_dict()
            rails.append(rails_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "name": name,
                "account": account,
                "rails": rails,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rail_reach import RailReach  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["recipient_check"], d.pop("object"))
        if object_ != "recipient_check":
            raise ValueError(f"object must match const 'recipient_check', got '{object_}'")

        name = d.pop("name")

        def _parse_account(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        account = _parse_account(d.pop("account"))

        rails = []
        _rails = d.pop("rails")
        for rails_item_data in _rails:
            rails_item = RailReach.from_dict(rails_item_data)

            rails.append(rails_item)

        recipient_check = cls(
            object_=object_,
            name=name,
            account=account,
            rails=rails,
        )

        recipient_check.additional_properties = d
        return recipient_check

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
