from apps.approvals.models.absences import Absence
from apps.approvals.models.requests import Decision, Request, SubjectKind, to_decide
from apps.approvals.models.settings import SettingVersion

__all__ = ["Absence", "Decision", "Request", "SettingVersion", "SubjectKind", "to_decide"]
