from apps.payouts.models.attempt import Attempt
from apps.payouts.models.batch import Batch
from apps.payouts.models.call import RailCall
from apps.payouts.models.conflict import Conflict
from apps.payouts.models.hold import Hold
from apps.payouts.models.payout import Payout, new_end_to_end_id
from apps.payouts.models.plan import ColumnMemory, Plan, PlanPiece, PlanRow
from apps.payouts.models.recall import RecallRequest
from apps.payouts.models.resolution import Resolution
from apps.payouts.models.view import SavedView

__all__ = [
    "Attempt",
    "Batch",
    "ColumnMemory",
    "Conflict",
    "Hold",
    "Payout",
    "Plan",
    "PlanPiece",
    "PlanRow",
    "RailCall",
    "RecallRequest",
    "Resolution",
    "SavedView",
    "new_end_to_end_id",
]
