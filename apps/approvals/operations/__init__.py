"""Four eyes: what needs approval, the settings that say how much, and who is away."""

from apps.approvals.operations.absences import CannotSetAbsence, end_absence, set_absence
from apps.approvals.operations.policies import set_policy
from apps.approvals.operations.requests import (
    CannotApprove,
    Decided,
    RequestDraft,
    approvals_needed,
    open_requests,
    record_decisions,
    requests_counting,
    void_decisions,
    void_requests,
)
from apps.approvals.operations.settings import (
    CannotChangeSetting,
    SettingDraft,
    change_draft,
    draft_setting,
    propose_setting,
    publish_setting,
    refuse_setting,
    withdraw_setting,
)
from apps.approvals.people import CannotPublish

__all__ = [
    "CannotApprove",
    "CannotChangeSetting",
    "CannotPublish",
    "CannotSetAbsence",
    "Decided",
    "RequestDraft",
    "SettingDraft",
    "approvals_needed",
    "change_draft",
    "draft_setting",
    "end_absence",
    "open_requests",
    "propose_setting",
    "publish_setting",
    "record_decisions",
    "refuse_setting",
    "set_absence",
    "requests_counting",
    "set_policy",
    "void_decisions",
    "void_requests",
    "withdraw_setting",
]
