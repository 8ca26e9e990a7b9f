from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.sandbox_rule import SandboxRule


T = TypeVar("T", bound="SandboxScenario")


@_attrs_define
class SandboxScenario:
    """
    Attributes:
        name (str): What you call it.
        rules (list[SandboxRule]): In their order.
        seed (int | Unset): Decides what is drawn: the same seed draws the same.
    """

    name: str
    rules: list[SandboxRule]
    seed: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        rules = []
        for rules_item_data in self.rules:
            rules_item = rules_item_data.to_dict()
            rules.append(rules_item)

        seed = self.seed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "rules": rules,
            }
        )
        if seed is not UNSET:
            field_dict["seed"] = seed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sandbox_rule import SandboxRule  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        rules = []
        _rules = d.pop("rules")
        for rules_item_data in _rules:
            rules_item = SandboxRule.from_dict(rules_item_data)

            rules.append(rules_item)

        seed = d.pop("seed", UNSET)

        sandbox_scenario = cls(
            name=name,
            rules=rules,
            seed=seed,
        )

        return sandbox_scenario
