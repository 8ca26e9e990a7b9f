from apps.approvals.models.absences import Absence
from apps.approvals.models.requests import Decision, Request, SubjectKind, VoidDecision, to_decide
from apps.approvals.models.settings import SettingVersion

__all__ = ["Absence", "Decision", "Request", "SettingVersion", "SubjectKind", "VoidDecision", "to_decide"]
