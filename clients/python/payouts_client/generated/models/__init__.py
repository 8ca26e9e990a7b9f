"""Contains all the data models used in inputs/outputs"""

from .api_key import ApiKey
from .api_key_list import ApiKeyList
from .api_key_mode import ApiKeyMode
from .api_key_with_token import ApiKeyWithToken
from .api_key_with_token_mode import ApiKeyWithTokenMode
from .balance import Balance
from .balance_entry import BalanceEntry
from .balance_entry_list import BalanceEntryList
from .balance_history import BalanceHistory
from .balance_history_data_item import BalanceHistoryDataItem
from .balance_list import BalanceList
from .batch import Batch
from .batch_in_list import BatchInList
from .batch_in_list_totals import BatchInListTotals
from .batch_list import BatchList
from .batch_plan import BatchPlan
from .batch_plan_cancellation import BatchPlanCancellation
from .batch_plan_changes_item import BatchPlanChangesItem
from .batch_plan_commit import BatchPlanCommit
from .batch_plan_commit_mode import BatchPlanCommitMode
from .batch_plan_format import BatchPlanFormat
from .batch_plan_list import BatchPlanList
from .batch_plan_mode_type_1 import BatchPlanModeType1
from .batch_plan_row import BatchPlanRow
from .batch_plan_row_faults_item import BatchPlanRowFaultsItem
from .batch_plan_row_list import BatchPlanRowList
from .batch_plan_row_plan import BatchPlanRowPlan
from .batch_plan_row_plan_fee_paid_by import BatchPlanRowPlanFeePaidBy
from .batch_plan_row_plan_screening import BatchPlanRowPlanScreening
from .batch_plan_row_status import BatchPlanRowStatus
from .batch_plan_status import BatchPlanStatus
from .batch_plan_totals_item import BatchPlanTotalsItem
from .batch_statuses import BatchStatuses
from .batch_totals import BatchTotals
from .batched_payout import BatchedPayout
from .batched_payout_metadata import BatchedPayoutMetadata
from .batched_payout_rail import BatchedPayoutRail
from .cancellation import Cancellation
from .clock_advance import ClockAdvance
from .create_batch_plan_content_type import CreateBatchPlanContentType
from .deposit import Deposit
from .event import Event
from .event_data import EventData
from .event_list import EventList
from .event_message import EventMessage
from .event_message_data import EventMessageData
from .fault import Fault
from .idempotency_key import IdempotencyKey
from .idempotency_key_list import IdempotencyKeyList
from .information_answer import InformationAnswer
from .information_request import InformationRequest
from .information_request_list import InformationRequestList
from .information_request_status import InformationRequestStatus
from .inline_recipient import InlineRecipient
from .inline_recipient_kind import InlineRecipientKind
from .key_rotation import KeyRotation
from .ledger_statement import LedgerStatement
from .ledger_statement_balance import LedgerStatementBalance
from .ledger_statement_moments_item import LedgerStatementMomentsItem
from .limit import Limit
from .limit_list import LimitList
from .list_api_keys_status import ListApiKeysStatus
from .list_balance_entries_balance import ListBalanceEntriesBalance
from .list_batch_plan_rows_show import ListBatchPlanRowsShow
from .list_batch_plans_status import ListBatchPlansStatus
from .list_information_requests_status import ListInformationRequestsStatus
from .list_payouts_status import ListPayoutsStatus
from .list_recipients_status import ListRecipientsStatus
from .list_webhook_deliveries_status import ListWebhookDeliveriesStatus
from .new_batch import NewBatch
from .new_batch_totals import NewBatchTotals
from .new_method import NewMethod
from .new_method_type import NewMethodType
from .new_payout import NewPayout
from .new_payout_metadata import NewPayoutMetadata
from .new_payout_rail import NewPayoutRail
from .new_quote import NewQuote
from .new_quote_rail import NewQuoteRail
from .new_recipient import NewRecipient
from .new_recipient_kind import NewRecipientKind
from .new_sandbox_platform import NewSandboxPlatform
from .new_webhook_endpoint import NewWebhookEndpoint
from .nothing import Nothing
from .payout import Payout
from .payout_approval import PayoutApproval
from .payout_as_sent import PayoutAsSent
from .payout_evidence import PayoutEvidence
from .payout_evidence_attempts_item import PayoutEvidenceAttemptsItem
from .payout_evidence_attempts_item_file import PayoutEvidenceAttemptsItemFile
from .payout_evidence_bank_lines_item import PayoutEvidenceBankLinesItem
from .payout_evidence_postings_item import PayoutEvidencePostingsItem
from .payout_explanation import PayoutExplanation
from .payout_explanation_charges import PayoutExplanationCharges
from .payout_explanation_charges_fee import PayoutExplanationChargesFee
from .payout_explanation_charges_fee_items_item import (
    PayoutExplanationChargesFeeItemsItem,
)
from .payout_explanation_charges_fee_items_item_type import (
    PayoutExplanationChargesFeeItemsItemType,
)
from .payout_explanation_charges_fee_paid_by import PayoutExplanationChargesFeePaidBy
from .payout_explanation_charges_fee_schedule import PayoutExplanationChargesFeeSchedule
from .payout_explanation_charges_fee_status import PayoutExplanationChargesFeeStatus
from .payout_explanation_counted import PayoutExplanationCounted
from .payout_explanation_duplicates_item import PayoutExplanationDuplicatesItem
from .payout_explanation_failure import PayoutExplanationFailure
from .payout_explanation_rail import PayoutExplanationRail
from .payout_explanation_rail_considered_item import PayoutExplanationRailConsideredItem
from .payout_explanation_recall import PayoutExplanationRecall
from .payout_explanation_recall_answer import PayoutExplanationRecallAnswer
from .payout_explanation_recall_status import PayoutExplanationRecallStatus
from .payout_failure import PayoutFailure
from .payout_fee import PayoutFee
from .payout_fee_items_item import PayoutFeeItemsItem
from .payout_fee_items_item_type import PayoutFeeItemsItemType
from .payout_fee_paid_by import PayoutFeePaidBy
from .payout_fee_schedule import PayoutFeeSchedule
from .payout_fee_status import PayoutFeeStatus
from .payout_list import PayoutList
from .payout_metadata import PayoutMetadata
from .payout_method import PayoutMethod
from .payout_method_type import PayoutMethodType
from .payout_method_version import PayoutMethodVersion
from .payout_method_version_change import PayoutMethodVersionChange
from .payout_method_version_change_status import PayoutMethodVersionChangeStatus
from .payout_method_version_list import PayoutMethodVersionList
from .payout_method_version_type import PayoutMethodVersionType
from .payout_recall import PayoutRecall
from .payout_recall_answer import PayoutRecallAnswer
from .payout_recall_status import PayoutRecallStatus
from .payout_recipient import PayoutRecipient
from .payout_status import PayoutStatus
from .preview_route_rail import PreviewRouteRail
from .problem import Problem
from .quote import Quote
from .quote_options_item import QuoteOptionsItem
from .quote_options_item_fee import QuoteOptionsItemFee
from .quote_options_item_fee_items_item import QuoteOptionsItemFeeItemsItem
from .quote_options_item_fee_items_item_type import QuoteOptionsItemFeeItemsItemType
from .quote_options_item_fee_paid_by import QuoteOptionsItemFeePaidBy
from .quote_options_item_fee_schedule import QuoteOptionsItemFeeSchedule
from .quote_options_item_reasons_item import QuoteOptionsItemReasonsItem
from .quote_status import QuoteStatus
from .rail import Rail
from .rail_calendar import RailCalendar
from .rail_calendar_closed_item import RailCalendarClosedItem
from .rail_coming_item import RailComingItem
from .rail_coming_item_what import RailComingItemWhat
from .rail_countries_item import RailCountriesItem
from .rail_family import RailFamily
from .rail_limits_item import RailLimitsItem
from .rail_list import RailList
from .rail_reach import RailReach
from .rail_reach_reasons_item import RailReachReasonsItem
from .rail_recall import RailRecall
from .rail_sources_item import RailSourcesItem
from .recall import Recall
from .recipient import Recipient
from .recipient_change import RecipientChange
from .recipient_check import RecipientCheck
from .recipient_kind import RecipientKind
from .recipient_list import RecipientList
from .recipient_method_change import RecipientMethodChange
from .recipient_method_change_status import RecipientMethodChangeStatus
from .recipient_status import RecipientStatus
from .recipient_verification import RecipientVerification
from .recipient_verification_checks_item import RecipientVerificationChecksItem
from .recipient_verification_checks_item_check import (
    RecipientVerificationChecksItemCheck,
)
from .recipient_verification_checks_item_result import (
    RecipientVerificationChecksItemResult,
)
from .requirements import Requirements
from .requirements_kind import RequirementsKind
from .requirements_schema import RequirementsSchema
from .retirement import Retirement
from .retrieve_ledger_statement_balance import RetrieveLedgerStatementBalance
from .retrieve_requirements_kind import RetrieveRequirementsKind
from .retrieve_requirements_rail import RetrieveRequirementsRail
from .route_preview import RoutePreview
from .route_preview_considered_item import RoutePreviewConsideredItem
from .route_preview_considered_item_reasons_item import (
    RoutePreviewConsideredItemReasonsItem,
)
from .route_preview_plan import RoutePreviewPlan
from .route_preview_plan_moves_item import RoutePreviewPlanMovesItem
from .sandbox_advance import SandboxAdvance
from .sandbox_advance_outcome import SandboxAdvanceOutcome
from .sandbox_advance_reason import SandboxAdvanceReason
from .sandbox_advanced import SandboxAdvanced
from .sandbox_advanced_at_bank import SandboxAdvancedAtBank
from .sandbox_clock import SandboxClock
from .sandbox_deposit import SandboxDeposit
from .sandbox_platform import SandboxPlatform
from .sandbox_platform_status import SandboxPlatformStatus
from .sandbox_platform_with_key import SandboxPlatformWithKey
from .sandbox_platform_with_key_status import SandboxPlatformWithKeyStatus
from .sandbox_rule import SandboxRule
from .sandbox_rule_outcome import SandboxRuleOutcome
from .sandbox_rule_reason import SandboxRuleReason
from .sandbox_scenario import SandboxScenario
from .sandbox_scenario_in_force import SandboxScenarioInForce
from .sandbox_scenario_in_force_rules_item import SandboxScenarioInForceRulesItem
from .waiting import Waiting
from .webhook_attempt import WebhookAttempt
from .webhook_delivery import WebhookDelivery
from .webhook_delivery_list import WebhookDeliveryList
from .webhook_delivery_status import WebhookDeliveryStatus
from .webhook_delivery_with_log import WebhookDeliveryWithLog
from .webhook_delivery_with_log_status import WebhookDeliveryWithLogStatus
from .webhook_endpoint import WebhookEndpoint
from .webhook_endpoint_change import WebhookEndpointChange
from .webhook_endpoint_disabled import WebhookEndpointDisabled
from .webhook_endpoint_list import WebhookEndpointList
from .webhook_endpoint_status import WebhookEndpointStatus
from .webhook_endpoint_with_secret import WebhookEndpointWithSecret
from .webhook_endpoint_with_secret_disabled import WebhookEndpointWithSecretDisabled
from .webhook_endpoint_with_secret_status import WebhookEndpointWithSecretStatus
from .webhook_resend import WebhookResend
from .webhook_resend_range import WebhookResendRange
from .withdrawal import Withdrawal

__all__ = (
    "ApiKey",
    "ApiKeyList",
    "ApiKeyMode",
    "ApiKeyWithToken",
    "ApiKeyWithTokenMode",
    "Balance",
    "BalanceEntry",
    "BalanceEntryList",
    "BalanceHistory",
    "BalanceHistoryDataItem",
    "BalanceList",
    "Batch",
    "BatchedPayout",
    "BatchedPayoutMetadata",
    "BatchedPayoutRail",
    "BatchInList",
    "BatchInListTotals",
    "BatchList",
    "BatchPlan",
    "BatchPlanCancellation",
    "BatchPlanChangesItem",
    "BatchPlanCommit",
    "BatchPlanCommitMode",
    "BatchPlanFormat",
    "BatchPlanList",
    "BatchPlanModeType1",
    "BatchPlanRow",
    "BatchPlanRowFaultsItem",
    "BatchPlanRowList",
    "BatchPlanRowPlan",
    "BatchPlanRowPlanFeePaidBy",
    "BatchPlanRowPlanScreening",
    "BatchPlanRowStatus",
    "BatchPlanStatus",
    "BatchPlanTotalsItem",
    "BatchStatuses",
    "BatchTotals",
    "Cancellation",
    "ClockAdvance",
    "CreateBatchPlanContentType",
    "Deposit",
    "Event",
    "EventData",
    "EventList",
    "EventMessage",
    "EventMessageData",
    "Fault",
    "IdempotencyKey",
    "IdempotencyKeyList",
    "InformationAnswer",
    "InformationRequest",
    "InformationRequestList",
    "InformationRequestStatus",
    "InlineRecipient",
    "InlineRecipientKind",
    "KeyRotation",
    "LedgerStatement",
    "LedgerStatementBalance",
    "LedgerStatementMomentsItem",
    "Limit",
    "LimitList",
    "ListApiKeysStatus",
    "ListBalanceEntriesBalance",
    "ListBatchPlanRowsShow",
    "ListBatchPlansStatus",
    "ListInformationRequestsStatus",
    "ListPayoutsStatus",
    "ListRecipientsStatus",
    "ListWebhookDeliveriesStatus",
    "NewBatch",
    "NewBatchTotals",
    "NewMethod",
    "NewMethodType",
    "NewPayout",
    "NewPayoutMetadata",
    "NewPayoutRail",
    "NewQuote",
    "NewQuoteRail",
    "NewRecipient",
    "NewRecipientKind",
    "NewSandboxPlatform",
    "NewWebhookEndpoint",
    "Nothing",
    "Payout",
    "PayoutApproval",
    "PayoutAsSent",
    "PayoutEvidence",
    "PayoutEvidenceAttemptsItem",
    "PayoutEvidenceAttemptsItemFile",
    "PayoutEvidenceBankLinesItem",
    "PayoutEvidencePostingsItem",
    "PayoutExplanation",
    "PayoutExplanationCharges",
    "PayoutExplanationChargesFee",
    "PayoutExplanationChargesFeeItemsItem",
    "PayoutExplanationChargesFeeItemsItemType",
    "PayoutExplanationChargesFeePaidBy",
    "PayoutExplanationChargesFeeSchedule",
    "PayoutExplanationChargesFeeStatus",
    "PayoutExplanationCounted",
    "PayoutExplanationDuplicatesItem",
    "PayoutExplanationFailure",
    "PayoutExplanationRail",
    "PayoutExplanationRailConsideredItem",
    "PayoutExplanationRecall",
    "PayoutExplanationRecallAnswer",
    "PayoutExplanationRecallStatus",
    "PayoutFailure",
    "PayoutFee",
    "PayoutFeeItemsItem",
    "PayoutFeeItemsItemType",
    "PayoutFeePaidBy",
    "PayoutFeeSchedule",
    "PayoutFeeStatus",
    "PayoutList",
    "PayoutMetadata",
    "PayoutMethod",
    "PayoutMethodType",
    "PayoutMethodVersion",
    "PayoutMethodVersionChange",
    "PayoutMethodVersionChangeStatus",
    "PayoutMethodVersionList",
    "PayoutMethodVersionType",
    "PayoutRecall",
    "PayoutRecallAnswer",
    "PayoutRecallStatus",
    "PayoutRecipient",
    "PayoutStatus",
    "PreviewRouteRail",
    "Problem",
    "Quote",
    "QuoteOptionsItem",
    "QuoteOptionsItemFee",
    "QuoteOptionsItemFeeItemsItem",
    "QuoteOptionsItemFeeItemsItemType",
    "QuoteOptionsItemFeePaidBy",
    "QuoteOptionsItemFeeSchedule",
    "QuoteOptionsItemReasonsItem",
    "QuoteStatus",
    "Rail",
    "RailCalendar",
    "RailCalendarClosedItem",
    "RailComingItem",
    "RailComingItemWhat",
    "RailCountriesItem",
    "RailFamily",
    "RailLimitsItem",
    "RailList",
    "RailReach",
    "RailReachReasonsItem",
    "RailRecall",
    "RailSourcesItem",
    "Recall",
    "Recipient",
    "RecipientChange",
    "RecipientCheck",
    "RecipientKind",
    "RecipientList",
    "RecipientMethodChange",
    "RecipientMethodChangeStatus",
    "RecipientStatus",
    "RecipientVerification",
    "RecipientVerificationChecksItem",
    "RecipientVerificationChecksItemCheck",
    "RecipientVerificationChecksItemResult",
    "Requirements",
    "RequirementsKind",
    "RequirementsSchema",
    "Retirement",
    "RetrieveLedgerStatementBalance",
    "RetrieveRequirementsKind",
    "RetrieveRequirementsRail",
    "RoutePreview",
    "RoutePreviewConsideredItem",
    "RoutePreviewConsideredItemReasonsItem",
    "RoutePreviewPlan",
    "RoutePreviewPlanMovesItem",
    "SandboxAdvance",
    "SandboxAdvanced",
    "SandboxAdvancedAtBank",
    "SandboxAdvanceOutcome",
    "SandboxAdvanceReason",
    "SandboxClock",
    "SandboxDeposit",
    "SandboxPlatform",
    "SandboxPlatformStatus",
    "SandboxPlatformWithKey",
    "SandboxPlatformWithKeyStatus",
    "SandboxRule",
    "SandboxRuleOutcome",
    "SandboxRuleReason",
    "SandboxScenario",
    "SandboxScenarioInForce",
    "SandboxScenarioInForceRulesItem",
    "Waiting",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookDeliveryList",
    "WebhookDeliveryStatus",
    "WebhookDeliveryWithLog",
    "WebhookDeliveryWithLogStatus",
    "WebhookEndpoint",
    "WebhookEndpointChange",
    "WebhookEndpointDisabled",
    "WebhookEndpointList",
    "WebhookEndpointStatus",
    "WebhookEndpointWithSecret",
    "WebhookEndpointWithSecretDisabled",
    "WebhookEndpointWithSecretStatus",
    "WebhookResend",
    "WebhookResendRange",
    "Withdrawal",
)
