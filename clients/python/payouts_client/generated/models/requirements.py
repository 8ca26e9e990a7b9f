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

from ..models.requirements_kind import RequirementsKind, check_requirements_kind

if TYPE_CHECKING:
    from ..models.requirements_schema import RequirementsSchema


T = TypeVar("T", bound="Requirements")


@_attrs_define
class Requirements:
    """
    Attributes:
        object_ (Literal['requirements']):
        rail (str):
        currency (str):
        country (str):
        kind (RequirementsKind):
        schema (RequirementsSchema): JSON Schema 2020-12 of a `NewRecipient`.
    """

    object_: Literal["requirements"]
    rail: str
    currency: str
    country: str
    kind: RequirementsKind
    schema: RequirementsSchema
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        rail = self.rail

        currency = self.currency

        country = self.country

        kind: str = self.kind

        schema = self.schema.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "rail": rail,
                "currency": currency,
                "country": country,
                "kind": kind,
                "schema": schema,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.requirements_schema import RequirementsSchema  # noqa: PLC0415

        d = dict(src_dict)
        object_ = cast(Literal["requirements"], d.pop("object"))
        if object_ != "requirements":
            raise ValueError(f"object must match const 'requirements', got '{object_}'")

        rail = d.pop("rail")

        currency = d.pop("currency")

        country = d.pop("country")

        kind = check_requirements_kind(d.pop("kind"))

        schema = RequirementsSchema.from_dict(d.pop("schema"))

        requirements = cls(
            object_=object_,
            rail=rail,
            currency=currency,
            country=country,
            kind=kind,
            schema=schema,
        )

        requirements.additional_properties = d
        return requirements

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
