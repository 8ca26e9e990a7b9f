from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.quote_options_item_fee import QuoteOptionsItemFee
    from ..models.quote_options_item_reasons_item import QuoteOptionsItemReasonsItem


T = TypeVar("T", bound="QuoteOptionsItem")


@_attrs_define
class QuoteOptionsItem:
    """What one rail would cost, or why it cannot be taken. Of those that can, a payout with rail auto takes the first.

    Attributes:
        rail (str):
        is_possible (bool):
        reasons (list[QuoteOptionsItemReasonsItem]):
        fee (None | QuoteOptionsItemFee):
        total (None | str):
        net (None | str):
        cut_off_at (datetime.datetime | None): To be approved until then; null: it leaves at once.
        execute_on (datetime.date | None):
        arrives_on (datetime.date | None): If it is approved until the cut-off.
    """

    rail: str
    is_possible: bool
    reasons: list[QuoteOptionsItemReasonsItem]
    fee: None | QuoteOptionsItemFee
    total: None | str
    net: None | str
    cut_off_at: datetime.datetime | None
    execute_on: datetime.date | None
    arrives_on: datetime.date | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.quote_options_item_fee import QuoteOptionsItemFee  # noqa: PLC0415

        rail = self.rail

        is_possible = self.is_possible

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        fee: dict[str, Any] | None
        if isinstance(self.fee, QuoteOptionsItemFee):
            fee = self.fee.to_dict()
        else:
            fee = self.fee

        total: None | str
        total = self.total

        net: None | str
        net = self.net

        cut_off_at: None | str
        if isinstance(self.cut_off_at, datetime.datetime):
            cut_off_at = self.cut_off_at.isoformat()
        else:
            cut_off_at = self.cut_off_at

        execute_on: None | str
        if isinstance(self.execute_on, datetime.date):
            execute_on = self.execute_on.isoformat()
        else:
            execute_on = self.execute_on

        arrives_on: None | str
        if isinstance(self.arrives_on, datetime.date):
            arrives_on = self.arrives_on.isoformat()
        else:
            arrives_on = self.arrives_on

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rail": rail,
                "is_possible": is_possible,
                "reasons": reasons,
                "fee": fee,
                "total": total,
                "net": net,
                "cut_off_at": cut_off_at,
                "execute_on": execute_on,
                "arrives_on": arrives_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quote_options_item_fee import QuoteOptionsItemFee  # noqa: PLC0415
        from ..models.quote_options_item_reasons_item import QuoteOptionsItemReasonsItem  # noqa: PLC0415

        d = dict(src_dict)
        rail = d.pop("rail")

        is_possible = d.pop("is_possible")

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = QuoteOptionsItemReasonsItem.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        def _parse_fee(data: object) -> None | QuoteOptionsItemFee:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                fee_type_0 = QuoteOptionsItemFee.from_dict(data)

                return fee_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | QuoteOptionsItemFee, data)

        fee = _parse_fee(d.pop("fee"))

        def _parse_total(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        total = _parse_total(d.pop("total"))

        def _parse_net(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        net = _parse_net(d.pop("net"))

        def _parse_cut_off_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                cut_off_at_type_0 = datetime.datetime.fromisoformat(data)

                return cut_off_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        cut_off_at = _parse_cut_off_at(d.pop("cut_off_at"))

        def _parse_execute_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                execute_on_type_0 = datetime.date.fromisoformat(data)

                return execute_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        execute_on = _parse_execute_on(d.pop("execute_on"))

        def _parse_arrives_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                arrives_on_type_0 = datetime.date.fromisoformat(data)

                return arrives_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        arrives_on = _parse_arrives_on(d.pop("arrives_on"))

        quote_options_item = cls(
            rail=rail,
            is_possible=is_possible,
            reasons=reasons,
            fee=fee,
            total=total,
            net=net,
            cut_off_at=cut_off_at,
            execute_on=execute_on,
            arrives_on=arrives_on,
        )

        quote_options_item.additional_properties = d
        return quote_options_item

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
