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

if TYPE_CHECKING:
    from ..models.rail_reach import RailReach
    from ..models.recipient_verification_checks_item import (
        RecipientVerificationChecksItem,
    )


T = TypeVar("T", bound="RecipientVerification")


@_attrs_define
class RecipientVerification:
    """
    Attributes:
        object_ (Literal['recipient_verification']):
        recipient (str):
        method (str):
        version (int):
        checks (list[RecipientVerificationChecksItem]):
        rails (list[RailReach]):
        verified_at (datetime.datetime):
    """

    object_: Literal["recipient_verification"]
    recipient: str
    method: str
    version: int
    checks: list[RecipientVerificationChecksItem]
    rails: list[RailReach]
    verified_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        recipient = self.recipient

        method = self.method

        version = self.version

        checks = []
        for checks_item_data in self.checks:
            checks_item = checks_item_data.to_dict()
            checks.append(checks_item)

        rails = []
        for rails_item_data in self.rails:
            rails_item = rails_item_data.to_dict()
            rails.append(rails_item)

        verified_at = self.verified_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "recipient": recipient,
                "method": method,
                "version": version,
                "checks": checks,
                "rails": rails,
                "verified_at": verified_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rail_reach import RailReach  # noqa: PLC0415
        from ..models.recipient_verification_checks_item import (
            RecipientVerificationChecksItem,  # noqa: PLC0415
        )

        d = dict(src_dict)
        object_ = cast(Literal["recipient_verification"], d.pop("object"))
        if object_ != "recipient_verification":
            raise ValueError(f"object must match const 'recipient_verification', got '{object_}'")

        recipient = d.pop("recipient")

        method = d.pop("method")

        version = d.pop("version")

        checks = []
        _checks = d.pop("checks")
        for checks_item_data in _checks:
            checks_item = RecipientVerificationChecksItem.from_dict(checks_item_data)

            checks.append(checks_item)

        rails = []
        _rails = d.pop("rails")
        for rails_item_data in _rails:
            rails_item = RailReach.from_dict(rails_item_data)

            rails.append(rails_item)

        verified_at = datetime.datetime.fromisoformat(d.pop("verified_at"))

        recipient_verification = cls(
            object_=object_,
            recipient=recipient,
            method=method,
            version=version,
            checks=checks,
            rails=rails,
            verified_at=verified_at,
        )

        recipient_verification.additional_properties = d
        return recipient_verification

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
