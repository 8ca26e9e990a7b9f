from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.clock_advance import ClockAdvance
from ...models.deposit import Deposit
from ...models.new_sandbox_platform import NewSandboxPlatform
from ...models.nothing import Nothing
from ...models.sandbox_advance import SandboxAdvance
from ...models.sandbox_advanced import SandboxAdvanced
from ...models.sandbox_clock import SandboxClock
from ...models.sandbox_deposit import SandboxDeposit
from ...models.sandbox_platform import SandboxPlatform
from ...models.sandbox_platform_with_key import SandboxPlatformWithKey
from ...models.sandbox_scenario import SandboxScenario
from ...models.sandbox_scenario_in_force import SandboxScenarioInForce
from ...types import UNSET, File, Unset
from . import (
    advance_sandbox_clock,
    advance_sandbox_payout,
    close_sandbox_platform,
    create_sandbox_deposit,
    open_sandbox_platform,
    post_sandbox_scenario,
    retrieve_sandbox_clock,
    retrieve_sandbox_scenario,
)


class SandboxResource:
    """Operations on sandbox; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def retrieve_sandbox_clock(
        self,
    ) -> SandboxClock:
        """
        Read the sandbox's clock.

        The time at the simulated bank account that your payouts leave from; nobody else's clock moves with
        it.

        Needs a key with the scope `sandbox:write`.
        """
        request = retrieve_sandbox_clock.request()
        return SandboxClock.from_dict(self._send(request, None))

    def advance_sandbox_clock(
        self,
        body: ClockAdvance,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxClock:
        """
        Let time pass in the sandbox.

        Cut-offs pass, the bank answers and books, and statements are written for every day that goes by.

        Needs a key with the scope `sandbox:write`.
        """
        request = advance_sandbox_clock.request(
            body,
        )
        return SandboxClock.from_dict(self._send(request, idempotency_key))

    def create_sandbox_deposit(
        self,
        body: Deposit,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxDeposit:
        """
        Let money arrive in the sandbox.

        A transfer arrives on the sandbox's bank account. With your funding reference in its text it becomes
        your balance once the bank has told of it.

        Needs a key with the scope `sandbox:write`.
        """
        request = create_sandbox_deposit.request(
            body,
        )
        return SandboxDeposit.from_dict(self._send(request, idempotency_key))

    def advance_sandbox_payout(
        self,
        id: str,
        body: SandboxAdvance,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxAdvanced:
        """
        Ask the bank for an outcome of a payout.

        The bank is told, and time passes to the payout's next step: to its cut-off, to the end of the
        bank's day, or by a minute for an instant payment. Ask again to go one step further. What becomes of
        the payout you see by its events: it follows from what the bank does.

        Needs a key with the scope `sandbox:write`.
        """
        request = advance_sandbox_payout.request(
            id,
            body,
        )
        return SandboxAdvanced.from_dict(self._send(request, idempotency_key))

    def open_sandbox_platform(
        self,
        body: NewSandboxPlatform,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxPlatformWithKey:
        """
        Open a clean sandbox platform.

        Another platform with a bank account, a clock and a balance of its own, for one run of your tests.
        Its payouts need no approval. Its key is in this answer and in no other.

        Needs a key with the scope `sandbox:write`.
        """
        request = open_sandbox_platform.request(
            body,
        )
        return SandboxPlatformWithKey.from_dict(self._send(request, idempotency_key))

    def close_sandbox_platform(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxPlatform:
        """
        Close a sandbox platform.

        Its keys are refused at once. It is `closed` as soon as no payout of it is under way, else
        `closing`: ask again later. Only the platform that opened it can close it.

        Needs a key with the scope `sandbox:write`.
        """
        request = close_sandbox_platform.request(
            id,
            body,
        )
        return SandboxPlatform.from_dict(self._send(request, idempotency_key))

    def retrieve_sandbox_scenario(
        self,
    ) -> SandboxScenarioInForce:
        """
        Read the scenario file in force.

        The last one that you posted.

        Needs a key with the scope `sandbox:write`.
        """
        request = retrieve_sandbox_scenario.request()
        return SandboxScenarioInForce.from_dict(self._send(request, None))

    def post_sandbox_scenario(
        self,
        body: SandboxScenario,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxScenarioInForce:
        """
        Have the bank behave by a scenario file.

        It holds for every payment that reaches the bank from now on, until you post another one. The same
        file and the same requests give the same outcomes, whenever they come.

        Needs a key with the scope `sandbox:write`.
        """
        request = post_sandbox_scenario.request(
            body,
        )
        return SandboxScenarioInForce.from_dict(self._send(request, idempotency_key))


class AsyncSandboxResource:
    """Operations on sandbox, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def retrieve_sandbox_clock(
        self,
    ) -> SandboxClock:
        """
        Read the sandbox's clock.

        The time at the simulated bank account that your payouts leave from; nobody else's clock moves with
        it.

        Needs a key with the scope `sandbox:write`.
        """
        request = retrieve_sandbox_clock.request()
        return SandboxClock.from_dict(await self._send(request, None))

    async def advance_sandbox_clock(
        self,
        body: ClockAdvance,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxClock:
        """
        Let time pass in the sandbox.

        Cut-offs pass, the bank answers and books, and statements are written for every day that goes by.

        Needs a key with the scope `sandbox:write`.
        """
        request = advance_sandbox_clock.request(
            body,
        )
        return SandboxClock.from_dict(await self._send(request, idempotency_key))

    async def create_sandbox_deposit(
        self,
        body: Deposit,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxDeposit:
        """
        Let money arrive in the sandbox.

        A transfer arrives on the sandbox's bank account. With your funding reference in its text it becomes
        your balance once the bank has told of it.

        Needs a key with the scope `sandbox:write`.
        """
        request = create_sandbox_deposit.request(
            body,
        )
        return SandboxDeposit.from_dict(await self._send(request, idempotency_key))

    async def advance_sandbox_payout(
        self,
        id: str,
        body: SandboxAdvance,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxAdvanced:
        """
        Ask the bank for an outcome of a payout.

        The bank is told, and time passes to the payout's next step: to its cut-off, to the end of the
        bank's day, or by a minute for an instant payment. Ask again to go one step further. What becomes of
        the payout you see by its events: it follows from what the bank does.

        Needs a key with the scope `sandbox:write`.
        """
        request = advance_sandbox_payout.request(
            id,
            body,
        )
        return SandboxAdvanced.from_dict(await self._send(request, idempotency_key))

    async def open_sandbox_platform(
        self,
        body: NewSandboxPlatform,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxPlatformWithKey:
        """
        Open a clean sandbox platform.

        Another platform with a bank account, a clock and a balance of its own, for one run of your tests.
        Its payouts need no approval. Its key is in this answer and in no other.

        Needs a key with the scope `sandbox:write`.
        """
        request = open_sandbox_platform.request(
            body,
        )
        return SandboxPlatformWithKey.from_dict(await self._send(request, idempotency_key))

    async def close_sandbox_platform(
        self,
        id: str,
        body: Nothing | Unset = UNSET,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxPlatform:
        """
        Close a sandbox platform.

        Its keys are refused at once. It is `closed` as soon as no payout of it is under way, else
        `closing`: ask again later. Only the platform that opened it can close it.

        Needs a key with the scope `sandbox:write`.
        """
        request = close_sandbox_platform.request(
            id,
            body,
        )
        return SandboxPlatform.from_dict(await self._send(request, idempotency_key))

    async def retrieve_sandbox_scenario(
        self,
    ) -> SandboxScenarioInForce:
        """
        Read the scenario file in force.

        The last one that you posted.

        Needs a key with the scope `sandbox:write`.
        """
        request = retrieve_sandbox_scenario.request()
        return SandboxScenarioInForce.from_dict(await self._send(request, None))

    async def post_sandbox_scenario(
        self,
        body: SandboxScenario,
        *,
        idempotency_key: str | None = None,
    ) -> SandboxScenarioInForce:
        """
        Have the bank behave by a scenario file.

        It holds for every payment that reaches the bank from now on, until you post another one. The same
        file and the same requests give the same outcomes, whenever they come.

        Needs a key with the scope `sandbox:write`.
        """
        request = post_sandbox_scenario.request(
            body,
        )
        return SandboxScenarioInForce.from_dict(await self._send(request, idempotency_key))
