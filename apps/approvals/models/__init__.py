from apps.approvals.models.absences import Absence
from apps.approvals.models.requests import Decision, Request, SubjectKind, to_decide
from apps.approvals.models.settings import SettingVersion, settings_in_force

__all__ = ["Absence", "Decision", "Request", "SettingVersion", "SubjectKind", "settings_in_force", "to_decide"]
