from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.sandbox_rule_outcome import SandboxRuleOutcome, check_sandbox_rule_outcome
from ..models.sandbox_rule_reason import SandboxRuleReason, check_sandbox_rule_reason
from ..types import UNSET, Unset

T = TypeVar("T", bound="SandboxRule")


@_attrs_define
class SandboxRule:
    """
    Attributes:
        outcome (SandboxRuleOutcome): What the bank does.
        reference (str | Unset): The payout's reference.
        reference_prefix (str | Unset): What the payout's reference begins with.
        recipient (str | Unset): The recipient's id, or your reference of it.
        amount_from (str | Unset): The least amount.
        amount_to (str | Unset): The largest amount.
        currency (str | Unset):
        per_thousand (int | Unset): So many of a thousand, drawn by seed and reference.
        reason (SandboxRuleReason | Unset): The reason code, of outcomes that take one.
        banking_days (int | Unset): How many banking days later, of outcomes that take them.
    """

    outcome: SandboxRuleOutcome
    reference: str | Unset = UNSET
    reference_prefix: str | Unset = UNSET
    recipient: str | Unset = UNSET
    amount_from: str | Unset = UNSET
    amount_to: str | Unset = UNSET
    currency: str | Unset = UNSET
    per_thousand: int | Unset = UNSET
    reason: SandboxRuleReason | Unset = UNSET
    banking_days: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        outcome: str = self.outcome

        reference = self.reference

        reference_prefix = self.reference_prefix

        recipient = self.recipient

        amount_from = self.amount_from

        amount_to = self.amount_to

        currency = self.currency

        per_thousand = self.per_thousand

        reason: str | Unset = UNSET
        if not isinstance(self.reason, Unset):
            reason = self.reason

        banking_days = self.banking_days

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outcome": outcome,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if reference_prefix is not UNSET:
            field_dict["reference_prefix"] = reference_prefix
        if recipient is not UNSET:
            field_dict["recipient"] = recipient
        if amount_from is not UNSET:
            field_dict["amount_from"] = amount_from
        if amount_to is not UNSET:
            field_dict["amount_to"] = amount_to
        if currency is not UNSET:
            field_dict["currency"] = currency
        if per_thousand is not UNSET:
            field_dict["per_thousand"] = per_thousand
        if reason is not UNSET:
            field_dict["reason"] = reason
        if banking_days is not UNSET:
            field_dict["banking_days"] = banking_days

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        outcome = check_sandbox_rule_outcome(d.pop("outcome"))

        reference = d.pop("reference", UNSET)

        reference_prefix = d.pop("reference_prefix", UNSET)

        recipient = d.pop("recipient", UNSET)

        amount_from = d.pop("amount_from", UNSET)

        amount_to = d.pop("amount_to", UNSET)

        currency = d.pop("currency", UNSET)

        per_thousand = d.pop("per_thousand", UNSET)

        _reason = d.pop("reason", UNSET)
        reason: SandboxRuleReason | Unset
        if isinstance(_reason, Unset):
            reason = UNSET
        else:
            reason = check_sandbox_rule_reason(_reason)

        banking_days = d.pop("banking_days", UNSET)

        sandbox_rule = cls(
            outcome=outcome,
            reference=reference,
            reference_prefix=reference_prefix,
            recipient=recipient,
            amount_from=amount_from,
            amount_to=amount_to,
            currency=currency,
            per_thousand=per_thousand,
            reason=reason,
            banking_days=banking_days,
        )

        return sandbox_rule
