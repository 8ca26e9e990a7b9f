from apps.approvals.models.absences import Absence
from apps.approvals.models.requests import Decision, Request, SubjectKind, VoidDecision, to_decide
from apps.approvals.models.settings import SettingVersion, settings_in_force, settings_read_once

__all__ = [
    "Absence",
    "Decision",
    "Request",
    "SettingVersion",
    "SubjectKind",
    "VoidDecision",
    "settings_in_force",
    "settings_read_once",
    "to_decide",
]
