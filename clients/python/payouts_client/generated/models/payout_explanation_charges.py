from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.payout_explanation_charges_fee import PayoutExplanationChargesFee


T = TypeVar("T", bound="PayoutExplanationCharges")


@_attrs_define
class PayoutExplanationCharges:
    """
    Attributes:
        means (str):
        fee (None | PayoutExplanationChargesFee):
        total (str): What your balance is charged: the amount, and a fee that you pay.
        net (str): What arrives: the amount, less a fee that the recipient pays.
    """

    means: str
    fee: None | PayoutExplanationChargesFee
    total: str
    net: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.payout_explanation_charges_fee import PayoutExplanationChargesFee  # noqa: PLC0415

        means = self.means

        fee: dict[str, Any] | None
        if isinstance(self.fee, PayoutExplanationChargesFee):
            fee = self.fee.to_dict()
        else:
            fee = self.fee

        total = self.total

        net = self.net

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "means": means,
                "fee": fee,
                "total": total,
                "net": net,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.payout_explanation_charges_fee import PayoutExplanationChargesFee  # noqa: PLC0415

        d = dict(src_dict)
        means = d.pop("means")

        def _parse_fee(data: object) -> None | PayoutExplanationChargesFee:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                fee_type_0 = PayoutExplanationChargesFee.from_dict(data)

                return fee_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PayoutExplanationChargesFee, data)

        fee = _parse_fee(d.pop("fee"))

        total = d.pop("total")

        net = d.pop("net")

        payout_explanation_charges = cls(
            means=means,
            fee=fee,
            total=total,
            net=net,
        )

        payout_explanation_charges.additional_properties = d
        return payout_explanation_charges

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
