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

from ..models.rail_family import RailFamily, check_rail_family

if TYPE_CHECKING:
    from ..models.rail_coming_item import RailComingItem
    from ..models.rail_countries_item import RailCountriesItem
    from ..models.rail_limits_item import RailLimitsItem
    from ..models.rail_recall import RailRecall
    from ..models.rail_sources_item import RailSourcesItem


T = TypeVar("T", bound="Rail")


@_attrs_define
class Rail:
    """
    Attributes:
        object_ (Literal['rail']):
        id (str): As a payout names it.
        title (str):
        family (RailFamily): Whether it leaves in files at cut-offs, or at once.
        limits (list[RailLimitsItem]):
        countries (list[RailCountriesItem]):
        calendar (str):
        zone (str):
        cut_offs (list[str]): In the zone of the calendar.
        banking_days_to_credit (int):
        seconds_to_credit (int | None):
        recall (None | RailRecall):
        finality (str):
        max_name_length (int):
        max_remittance_length (int):
        coming (list[RailComingItem]): What is known to change after today.
        sources (list[RailSourcesItem]):
    """

    object_: Literal["rail"]
    id: str
    title: str
    family: RailFamily
    limits: list[RailLimitsItem]
    countries: list[RailCountriesItem]
    calendar: str
    zone: str
    cut_offs: list[str]
    banking_days_to_credit: int
    seconds_to_credit: int | None
    recall: None | RailRecall
    finality: str
    max_name_length: int
    max_remittance_length: int
    coming: list[RailComingItem]
    sources: list[RailSourcesItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.rail_recall import RailRecall  # noqa: PLC0415

        object_ = self.object_

        id = self.id

        title = self.title

        family: str = self.family

        limits = []
        for limits_item_data in self.limits:
            limits_item = limits_item_data.to_dict()
            limits.append(limits_item)

        countries = []
        for countries_item_data in self.countries:
            countries_item = countries_item_data.to_dict()
            countries.append(countries_item)

        calendar = self.calendar

        zone = self.zone

        cut_offs = self.cut_offs

        banking_days_to_credit = self.banking_days_to_credit

        seconds_to_credit: int | None
        seconds_to_credit = self.seconds_to_credit

        recall: dict[str, Any] | None
        if isinstance(self.recall, RailRecall):
            recall = self.recall.to_dict()
        else:
            recall = self.recall

        finality = self.finality

        max_name_length = self.max_name_length

        max_remittance_length = self.max_remittance_length

        coming = []
        for coming_item_data in self.coming:
            coming_item = coming_item_data.to_dict()
            coming.append(coming_item)

        sources = []
        for sources_item_data in self.sources:
            sources_item = sources_item_data.to_dict()
            sources.append(sources_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "title": title,
                "family": family,
                "limits": limits,
                "countries": countries,
                "calendar": calendar,
                "zone": zone,
                "cut_offs": cut_offs,
                "banking_days_to_credit": banking_days_to_credit,
                "seconds_to_credit": seconds_to_credit,
                "recall": recall,
                "finality": finality,
                "max_name_length": max_name_length,
                "max_remittance_length": max_remittance_length,
                "coming": coming,
                "sources": sources,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rail_coming_item import RailComingItem  # noqa: PLC0415
        from ..models.rail_countries_item import RailCountriesItem  # noqa: PLC0415
        from ..models.rail_limits_item import RailLimitsItem  # noqa: PLC0415
        from ..models.rail_recall import RailRecall  # noqa: PLC0415
        from ..models.rail_sources_item import RailSourcesItem  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["rail"], d.pop("object"))
        if object_ != "rail":
            raise ValueError(f"object must match const 'rail', got '{object_}'")

        id = d.pop("id")

        title = d.pop("title")

        family = check_rail_family(d.pop("family"))

        limits = []
        _limits = d.pop("limits")
        for limits_item_data in _limits:
            limits_item = RailLimitsItem.from_dict(limits_item_data)

            limits.append(limits_item)

        countries = []
        _countries = d.pop("countries")
        for countries_item_data in _countries:
            countries_item = RailCountriesItem.from_dict(countries_item_data)

            countries.append(countries_item)

        calendar = d.pop("calendar")

        zone = d.pop("zone")

        cut_offs = cast(list[str], d.pop("cut_offs"))

        banking_days_to_credit = d.pop("banking_days_to_credit")

        def _parse_seconds_to_credit(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        seconds_to_credit = _parse_seconds_to_credit(d.pop("seconds_to_credit"))

        def _parse_recall(data: object) -> None | RailRecall:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                recall_type_0 = RailRecall.from_dict(data)

                return recall_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RailRecall, data)

        recall = _parse_recall(d.pop("recall"))

        finality = d.pop("finality")

        max_name_length = d.pop("max_name_length")

        max_remittance_length = d.pop("max_remittance_length")

        coming = []
        _coming = d.pop("coming")
        for coming_item_data in _coming:
            coming_item = RailComingItem.from_dict(coming_item_data)

            coming.append(coming_item)

        sources = []
        _sources = d.pop("sources")
        for sources_item_data in _sources:
            sources_item = RailSourcesItem.from_dict(sources_item_data)

            sources.append(sources_item)

        rail = cls(
            object_=object_,
            id=id,
            title=title,
            family=family,
            limits=limits,
            countries=countries,
            calendar=calendar,
            zone=zone,
            cut_offs=cut_offs,
            banking_days_to_credit=banking_days_to_credit,
            seconds_to_credit=seconds_to_credit,
            recall=recall,
            finality=finality,
            max_name_length=max_name_length,
            max_remittance_length=max_remittance_length,
            coming=coming,
            sources=sources,
        )

        rail.additional_properties = d
        return rail

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
