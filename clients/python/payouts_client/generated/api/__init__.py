"""Every operation of the API, by the resource it is about."""

from ..client import AsyncSend, Send
from .api_keys import ApiKeysResource, AsyncApiKeysResource
from .balance_entries import AsyncBalanceEntriesResource, BalanceEntriesResource
from .balance_history import AsyncBalanceHistoryResource, BalanceHistoryResource
from .balances import AsyncBalancesResource, BalancesResource
from .batch_plans import AsyncBatchPlansResource, BatchPlansResource
from .batches import AsyncBatchesResource, BatchesResource
from .events import AsyncEventsResource, EventsResource
from .idempotency_keys import AsyncIdempotencyKeysResource, IdempotencyKeysResource
from .information_requests import (
    AsyncInformationRequestsResource,
    InformationRequestsResource,
)
from .ledger_statement import AsyncLedgerStatementResource, LedgerStatementResource
from .limits import AsyncLimitsResource, LimitsResource
from .payouts import AsyncPayoutsResource, PayoutsResource
from .quotes import AsyncQuotesResource, QuotesResource
from .rails import AsyncRailsResource, RailsResource
from .recipients import AsyncRecipientsResource, RecipientsResource
from .requirements import AsyncRequirementsResource, RequirementsResource
from .sandbox import AsyncSandboxResource, SandboxResource
from .webhook_deliveries import (
    AsyncWebhookDeliveriesResource,
    WebhookDeliveriesResource,
)
from .webhook_endpoints import AsyncWebhookEndpointsResource, WebhookEndpointsResource


class Operations:
    """The resources of one platform; each operation waits for its answer."""

    def __init__(self, send: Send):
        self.api_keys = ApiKeysResource(send)
        self.balance_entries = BalanceEntriesResource(send)
        self.balance_history = BalanceHistoryResource(send)
        self.balances = BalancesResource(send)
        self.batch_plans = BatchPlansResource(send)
        self.batches = BatchesResource(send)
        self.events = EventsResource(send)
        self.idempotency_keys = IdempotencyKeysResource(send)
        self.information_requests = InformationRequestsResource(send)
        self.ledger_statement = LedgerStatementResource(send)
        self.limits = LimitsResource(send)
        self.payouts = PayoutsResource(send)
        self.quotes = QuotesResource(send)
        self.rails = RailsResource(send)
        self.recipients = RecipientsResource(send)
        self.requirements = RequirementsResource(send)
        self.sandbox = SandboxResource(send)
        self.webhook_deliveries = WebhookDeliveriesResource(send)
        self.webhook_endpoints = WebhookEndpointsResource(send)


class AsyncOperations:
    """The resources of one platform; operations are awaited."""

    def __init__(self, send: AsyncSend):
        self.api_keys = AsyncApiKeysResource(send)
        self.balance_entries = AsyncBalanceEntriesResource(send)
        self.balance_history = AsyncBalanceHistoryResource(send)
        self.balances = AsyncBalancesResource(send)
        self.batch_plans = AsyncBatchPlansResource(send)
        self.batches = AsyncBatchesResource(send)
        self.events = AsyncEventsResource(send)
        self.idempotency_keys = AsyncIdempotencyKeysResource(send)
        self.information_requests = AsyncInformationRequestsResource(send)
        self.ledger_statement = AsyncLedgerStatementResource(send)
        self.limits = AsyncLimitsResource(send)
        self.payouts = AsyncPayoutsResource(send)
        self.quotes = AsyncQuotesResource(send)
        self.rails = AsyncRailsResource(send)
        self.recipients = AsyncRecipientsResource(send)
        self.requirements = AsyncRequirementsResource(send)
        self.sandbox = AsyncSandboxResource(send)
        self.webhook_deliveries = AsyncWebhookDeliveriesResource(send)
        self.webhook_endpoints = AsyncWebhookEndpointsResource(send)
