"""One account at the bank: what it has done so far, by its log, and what it decides about the next call."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from apps.core.crypto import blind_index, encrypt
from apps.sandbox.checks import is_iban, sepa_country, words
from apps.sandbox.instant.behavior import Programme, Terms
from apps.sandbox.instant.log import FactLog, read_facts
from apps.sandbox.scenarios import DENIED, GRANTED, IGNORED, LOST_ANSWER, PENDING, SLOW, InstantScenario

_SECONDS_TO_RECALL = 10
_AFTER_REFUSAL = timedelta(seconds=5)


@dataclass(frozen=True)
class Order:
    """An instant payment as the customer asks for it. The amount is in minor units."""

    instruction_id: str
    end_to_end_id: str
    amount: int
    currency: str
    creditor_name: str
    creditor_iban: str
    remittance: str


@dataclass(frozen=True)
class Reply:
    """What the bank answers, and the trouble that befalls the answer; the wait is before it."""

    status: int
    content: dict
    trouble: str = ""
    wait_seconds: float = 0


@dataclass
class Payment:
    """Everything the log says of one end-to-end id."""

    calls: int = 0
    executions: list[dict] = field(default_factory=list)
    refusals: list[dict] = field(default_factory=list)
    returns: list[dict] = field(default_factory=list)


class InstantAccount:
    """
    The bank's side of one account. Not for several threads at once.

    `now` is always the account's own clock. A fact may lie in the future: then the bank has decided on it already.
    `wishes` say what the customer asked the bank to do with payments; without them amounts decide.
    """

    def __init__(self, folder: Path, wishes=None):
        self.folder, self.wishes = folder, wishes
        self.log = FactLog(folder)
        self.payments = defaultdict(Payment)
        self.recalls = {}
        self.references = 0
        self.queries = defaultdict(int)
        for _, _, fact in read_facts(folder):
            self._note(fact)

    def close(self) -> None:
        self.log.close()

    def submit(self, order: Order, terms: Terms, now: datetime) -> Reply:
        """Decide about a payment, make the decision durable, and return the answer to it."""
        programme = Programme(self.folder)
        payment = self.payments[order.end_to_end_id]
        scenario = self._wanted(programme, order) or programme.scenario(
            order.end_to_end_id, order.amount, payment.calls
        )
        has_trouble = programme.is_trouble_of_call(order.end_to_end_id, payment.calls)
        trouble = scenario.trouble if has_trouble else ""
        if trouble and not scenario.is_done:
            self._keep([{"fact": "lost", "at": _text(now), "end_to_end_id": order.end_to_end_id, "trouble": trouble}])
            return Reply(500, {"code": "internal-error", "detail": "Something went wrong."}, trouble)

        former = _former(payment, terms, now)
        if former is not None:
            if former["content"] != _digest(order):
                detail = "A payment with this end-to-end id and other content was received before."
                return Reply(409, {"code": "duplicate-with-other-content", "detail": detail})
            self._keep([{"fact": "repeated", "at": _text(now), "end_to_end_id": order.end_to_end_id}])
            reply = Reply(200, _answer(former, now) | {"duplicate": True})
        else:
            refusal = _refusal(order) or ("" if scenario.returned_after_seconds else scenario.reason)
            facts = self._decided(order, refusal, scenario, trouble, terms, now)
            self._keep(facts)
            reply = Reply(201, _answer(facts[0], now))
        wait_seconds = terms.longest_call_seconds + 5 if trouble == SLOW else 0
        return Reply(reply.status, reply.content, "" if trouble in (PENDING, SLOW) else trouble, wait_seconds)

    def query(self, end_to_end_id: str, terms: Terms, now: datetime) -> Reply:
        """Answer how a payment stands, as far as queries show it by now."""
        if not terms.can_query:
            return Reply(403, {"code": "not-offered", "detail": "This bank answers no queries."})
        trouble = Programme(self.folder).trouble_of_query(end_to_end_id, self.queries[end_to_end_id])
        self.queries[end_to_end_id] += 1
        reply = self._standing(end_to_end_id, now - timedelta(seconds=terms.visibility_seconds), now)
        wait_seconds = terms.longest_call_seconds + 5 if trouble == SLOW else 0
        return Reply(reply.status, reply.content, "" if trouble == SLOW else trouble, wait_seconds)

    def recall(self, recall_id: str, end_to_end_id: str, terms: Terms, now: datetime) -> Reply:
        """Take the request to bring a payment back; the same request is taken once."""
        if not terms.can_recall:
            return Reply(403, {"code": "not-offered", "detail": "This bank takes no recalls."})
        if recall_id in self.recalls:
            if self.recalls[recall_id]["end_to_end_id"] != end_to_end_id:
                return Reply(409, {"code": "recall-id-used", "detail": "This recall is about another payment."})
            return Reply(202, {"status": "PDNG", "duplicate": True})
        payment = self.payments.get(end_to_end_id)
        if payment is None or not payment.executions:
            return Reply(404, {"code": "absent", "detail": "There is no such payment."})
        self._keep(self._recalled(recall_id, payment, now))
        return Reply(202, {"status": "PDNG"})

    def query_recall(self, recall_id: str, terms: Terms, now: datetime) -> Reply:
        """Answer how a recall stands."""
        fact = self.recalls.get(recall_id)
        if fact is None:
            return Reply(404, {"code": "absent", "detail": "There is no such recall."})
        if not fact["answer"] or _moment(fact["answer_at"]) > now:
            return Reply(200, {"status": "PDNG"})
        reason = {"code": fact["reason"], "text": words(fact["reason"])}
        return Reply(200, {"status": fact["answer"], "reason": reason})

    def _standing(self, end_to_end_id, visible_since, now) -> Reply:
        payment = self.payments.get(end_to_end_id, Payment())
        shown = [fact for fact in payment.executions if _moment(fact["received_at"]) <= visible_since]
        refused = [fact for fact in payment.refusals if _moment(fact["received_at"]) <= visible_since]
        if not shown and not refused:
            return Reply(404, {"code": "absent", "detail": "There is no such payment.", "as_of": _text(now)})
        best = min(shown, key=lambda fact: fact["at"]) if shown else refused[-1]
        payments = [
            {
                "bank_reference": fact["bank_reference"],
                "instruction_id": fact["instruction_id"],
                "amount": f"{fact['amount'] // 100}.{fact['amount'] % 100:02d}",
                "status": _answer(fact, now)["status"],
                "executed_at": fact["at"],
            }
            for fact in shown
        ]
        return Reply(200, _answer(best, now) | {"payments": payments, "as_of": _text(now)})

    def _decided(self, order, refusal, scenario, trouble, terms, now) -> list[dict]:
        """Return the facts that the decision about a payment consists of; the answer tells of the first."""
        if not refusal:
            return self._executed(order, scenario, trouble, terms, now)
        refused = self._refused(order, refusal, now)
        if not scenario.is_refused_and_paid:
            return [refused]
        return [refused, *self._executed(order, scenario, trouble, terms, now + _AFTER_REFUSAL)]

    def _refused(self, order, reason, now) -> dict:
        return _fact("refused", order, now) | {"reason": reason, "received_at": _text(now)}

    def _executed(self, order, scenario, trouble, terms, now) -> list[dict]:
        delay = scenario.executed_after_seconds if trouble else 0
        if trouble == LOST_ANSWER and terms.can_query:
            delay = min(delay, terms.visibility_seconds)  # what a query does not show by then does not exist
        executed = _fact("executed", order, now + timedelta(seconds=delay)) | {
            "bank_reference": self._reference(now, 1),
            "received_at": _text(now),
            "scenario": scenario.code,
            "notices": scenario.notices,
            "recall": scenario.recall,
        }
        returned = [
            _returned(executed, self._reference(now, 2 + number), scenario.reason, seconds, scenario.returned_short_by)
            for number, seconds in enumerate(scenario.returned_after_seconds)
        ]
        return [executed, *returned]

    def _wanted(self, programme, order) -> InstantScenario | None:
        """Return the scenario that the customer asked for, unless a test's programme speaks of the payment."""
        if self.wishes is None or programme.names(order.end_to_end_id):
            return None
        return self.wishes.scenario(order)

    def _recalled(self, recall_id, payment, now) -> list[dict]:
        executed = payment.executions[-1]
        answer_at = max(now, _moment(executed["at"])) + timedelta(seconds=_SECONDS_TO_RECALL)
        given_back = any(fact["of"] == executed["bank_reference"] for fact in payment.returns)
        answers = {GRANTED: ("ACCR", "FOCR"), DENIED: ("RJCR", "CUST"), IGNORED: ("", "")}
        wanted = self.wishes.recall_answer(executed["end_to_end_id"]) if self.wishes else ""
        answer, reason = answers[wanted or executed["recall"]]
        if given_back:
            answer, reason = "RJCR", "ARDT"
        recall = {
            "fact": "recalled",
            "at": _text(now),
            "recall_id": recall_id,
            "end_to_end_id": executed["end_to_end_id"],
            "answer": answer,
            "answer_at": _text(answer_at),
            "reason": reason,
        }
        if answer != "ACCR":
            return [recall]
        after = (answer_at - _moment(executed["at"])).total_seconds()
        return [recall, _returned(executed, self._reference(now, 1), reason, after, 0)]

    def _reference(self, now, ahead) -> str:
        return f"SBI{now:%Y%m%d}{self.references + ahead:010d}"

    def _keep(self, facts) -> None:
        """Make facts durable, then known."""
        self.log.append(facts)
        for fact in facts:
            self._note(fact)

    def _note(self, fact) -> None:
        payment = self.payments[fact["end_to_end_id"]]
        if fact["fact"] in ("executed", "refused", "lost", "repeated"):
            payment.calls += 1
        if "bank_reference" in fact:
            self.references += 1
        if fact["fact"] == "executed":
            payment.executions.append(fact)
        elif fact["fact"] == "refused":
            payment.refusals.append(fact)
        elif fact["fact"] == "returned":
            payment.returns.append(fact)
        elif fact["fact"] == "recalled":
            self.recalls[fact["recall_id"]] = fact


def _former(payment: Payment, terms: Terms, now: datetime) -> dict | None:
    """Return the fact by which the bank recognizes a payment, as far as it promises to."""
    if terms.duplicate_check == "none":
        return None
    known = payment.executions + (payment.refusals if terms.remembers_refusals else [])
    if terms.duplicate_check == "window":
        since = now - timedelta(seconds=terms.duplicate_window_seconds)
        known = [fact for fact in known if _moment(fact["received_at"]) > since]
    return known[0] if known else None


def _refusal(order: Order) -> str:
    if not is_iban(order.creditor_iban):
        return "AC01"
    return "" if sepa_country(order.creditor_iban[:2]) else "AG03"


def _fact(name: str, order: Order, at: datetime) -> dict:
    """Return a fact about an order; the creditor's account is sealed, so that the log shows none in clear."""
    return {
        "fact": name,
        "at": _text(at),
        "end_to_end_id": order.end_to_end_id,
        "instruction_id": order.instruction_id,
        "amount": order.amount,
        "currency": order.currency,
        "creditor_name": order.creditor_name,
        "creditor_account": encrypt(order.creditor_iban, f"sandbox.instant:{order.end_to_end_id}").hex(),
        "remittance": order.remittance,
        "content": _digest(order),
    }


def _returned(executed: dict, reference: str, reason: str, after_seconds: float, short_by: int) -> dict:
    at = _moment(executed["at"]) + timedelta(seconds=after_seconds)
    return executed | {
        "fact": "returned",
        "at": _text(at),
        "amount": max(executed["amount"] - short_by, 1),  # of a few cents at least one comes back
        "of": executed["bank_reference"],
        "bank_reference": reference,
        "reason": reason,
    }


def _answer(fact: dict, now: datetime) -> dict:
    if fact["fact"] == "refused":
        reason = {"code": fact["reason"], "text": words(fact["reason"])}
        return {"status": "RJCT", "reason": reason, "accepted_at": fact["received_at"]}
    status = "ACSC" if _moment(fact["at"]) <= now else "PDNG"
    return {"status": status, "bank_reference": fact["bank_reference"], "accepted_at": fact["received_at"]}


def _digest(order: Order) -> str:
    content = f"{order.amount}\0{order.currency}\0{order.creditor_iban}"
    return blind_index(content, "sandbox.instant.order").hex()


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
