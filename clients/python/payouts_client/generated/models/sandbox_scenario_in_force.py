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
    from ..models.sandbox_scenario_in_force_rules_item import (
        SandboxScenarioInForceRulesItem,
    )


T = TypeVar("T", bound="SandboxScenarioInForce")


@_attrs_define
class SandboxScenarioInForce:
    """
    Attributes:
        object_ (Literal['sandbox_scenario']):
        id (str):
        number (int):
        name (str):
        seed (int):
        rules (list[SandboxScenarioInForceRulesItem]):
        posted_at (datetime.datetime):
    """

    object_: Literal["sandbox_scenario"]
    id: str
    number: int
    name: str
    seed: int
    rules: list[SandboxScenarioInForceRulesItem]
    posted_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        id = self.id

        number = self.number

        name = self.name

        seed = self.seed

        rules = []
        for rules_item_data in self.rules:
            rules_item = rules_item_data.to_dict()
            rules.append(rules_item)

        posted_at = self.posted_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "id": id,
                "number": number,
                "name": name,
                "seed": seed,
                "rules": rules,
                "posted_at": posted_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sandbox_scenario_in_force_rules_item import (
            SandboxScenarioInForceRulesItem,  # noqa: PLC0415
        )

        d = dict(src_dict)
        object_ = cast(Literal["sandbox_scenario"], d.pop("object"))
        if object_ != "sandbox_scenario":
            raise ValueError(f"object must match const 'sandbox_scenario', got '{object_}'")

        id = d.pop("id")

        number = d.pop("number")

        name = d.pop("name")

        seed = d.pop("seed")

        rules = []
        _rules = d.pop("rules")
        for rules_item_data in _rules:
            rules_item = SandboxScenarioInForceRulesItem.from_dict(rules_item_data)

            rules.append(rules_item)

        posted_at = datetime.datetime.fromisoformat(d.pop("posted_at"))

        sandbox_scenario_in_force = cls(
            object_=object_,
            id=id,
            number=number,
            name=name,
            seed=seed,
            rules=rules,
            posted_at=posted_at,
        )

        sandbox_scenario_in_force.additional_properties = d
        return sandbox_scenario_in_force

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
