"""One storm from its beginning to its end."""

import os
import random
import time
from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models.functions import Now

from apps.events.models import Delivery
from apps.payouts.errors import CannotResolve
from apps.payouts.models import Attempt, Resolution
from apps.rails.models import PaymentFile
from apps.reconciliation.operations import confirm_resolution, propose_resolution
from apps.sandbox.instant.customers import folder_of
from apps.sandbox.instant.log import read_facts
from apps.users.models import User
from tests.kills import faults
from tests.kills.observer import Observer
from tests.kills.platform import Client, Clock, ask_again, count_repeated
from tests.kills.portal import Portal
from tests.kills.stage import only_watch, set_stage
from tests.kills.truth import Truth, what_is_left

FUNDED = "5000000.00"
EVIDENCE = "The bank's own log, read after the storm, holds no execution of it."


def run(folder, seed, kills, *, databases, stops, measured, patience_seconds, pace=3, tell=lambda line: None) -> dict:
    """
    Let a storm rage and return what came of it, as it is printed and kept.

    `measured` names the parts whose kills are timed; they count among the kills. `patience_seconds` is how long
    everything may take to come to its end afterwards.
    """
    began, chance = time.monotonic(), random.Random(seed)
    tell(f"storm {seed}: preparing")
    stage = set_stage(folder, seed)
    only_watch()
    tell(f"storm {seed}: starting everything; the bank {stage.terms}")
    portal, observer = Portal(stage), Observer(stage)
    storm = faults.Storm(portal, observer, chance, pace, tell)
    try:
        load_before = os.getloadavg()[0]
        start_seconds = _begin(stage, portal, storm)
        planned = faults.plan(chance, kills, databases, stops, measured)
        storm.rage(planned)
        storm_ended = time.monotonic()
        left = _come_to_rest(stage, portal, storm, patience_seconds)
        rest_seconds = time.monotonic() - storm_ended
        tell(f"storm {seed}: at rest after {rest_seconds:.0f} s; left: {', '.join(left) or 'nothing'}")
        truth = Truth(stage)
        result = _result(stage, storm.tally, truth, left) | {"rest_seconds": round(rest_seconds, 1)}
        result |= {"load_before": round(load_before, 1), "start_seconds": round(start_seconds, 1)}
        return result | {"seconds": round(time.monotonic() - began, 1)}
    finally:
        portal.end()
        observer.close()
        connection.close()
        settings.CLUSTER.stop()


def _begin(stage, portal, storm):
    """
    Start everything, give the platform money and an address for its webhooks, and let it ask.

    Return the seconds until the web server answered, which tell how fast this machine is at this time.
    """
    began = time.monotonic()
    (stage.folder / "webhook-secret").write_text("")
    client = Client(stage.web_port, stage.token)
    portal.keep_running()
    while client.try_once("GET", "/api/v1/balances", timeout_seconds=2)[0] != 200:
        storm.pass_time(0.1)
    start_seconds = time.monotonic() - began
    hooks = {"url": f"http://127.0.0.1:{stage.receiver_port}/hooks", "event_types": ["*"]}
    _, endpoint, _ = client.ask("POST", "/api/v1/webhook-endpoints", hooks, key="endpoint")
    (stage.folder / "webhook-secret").write_text(endpoint["secret"])
    client.ask("POST", "/api/v1/sandbox/deposits", {"amount": FUNDED}, key="funds")
    while not any(balance["available"] == FUNDED for balance in client.ask("GET", "/api/v1/balances")[1]["data"]):
        storm.pass_time(0.2)
    portal.platform.keep_running()
    storm.tell("the platform has its money, and asks")
    storm.pass_time(2)
    return start_seconds


def _come_to_rest(stage, portal, storm, patience_seconds):
    """Let everything run on until nothing is left to do or patience ends; return what is left."""
    ends_at, client = time.monotonic() + patience_seconds, Client(stage.web_port, stage.token)
    portal.platform.ask_to_stop()
    left, asks = ["everything"], True
    while left and time.monotonic() < ends_at:
        client.try_once("POST", "/api/v1/sandbox/clock/advance", Clock.HALF_A_DAY)
        storm.pass_time(1)
        try:
            _hurry()
            undecided = _let_people_decide()
            left = what_is_left(stage.bank_account_id) + undecided
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            left = [f"a database that answers: {error}"]
        if asks:
            left.append("the platform's last requests")
            if portal.platform.process.poll() is not None:
                ask_again(client, stage.notes)
                asks = False
        storm.tell(f"     left: {', '.join(left)}")
    return left


def _hurry():
    """Spare everybody the back-off between questions and between messages; leases of who may be at work stay."""
    Attempt.objects.filter(next_step=Attempt.Step.QUERY, next_step_at__gt=Now()).update(next_step_at=Now())
    late = Delivery.objects.filter(status=Delivery.Status.PENDING)
    late.filter(next_at__gt=Now()).update(next_at=Now())
    late.filter(lease_until__lt=Now() + timedelta(seconds=35)).update(lease_until=None)


def _let_people_decide():
    """
    Let a treasurer and an approver end the doubts of which the bank's log has no execution.

    Return why they could not.
    """
    reasons = []
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(email__endswith="@example.test")}
    raised = Attempt.objects.filter(status=Attempt.Status.IN_DOUBT, raised_at__isnull=False, payout__status="in_doubt")
    for attempt in raised.select_related("payout", "bank_account"):
        facts = [fact for _, _, fact in read_facts(folder_of(attempt.bank_account)) if fact["fact"] == "executed"]
        if any(fact["end_to_end_id"] == attempt.payout.end_to_end_id for fact in facts):
            continue  # a statement tells of it
        proposed = attempt.resolutions.filter(status=Resolution.Status.PROPOSED).first()
        try:
            proposed = proposed or propose_resolution(attempt.pk, "not_paid", EVIDENCE, by=people["treasurer"])
            confirm_resolution(proposed.pk, by=people["approver"])
        except CannotResolve as refusal:
            why = "; ".join(fault.detail for fault in refusal.errors) or str(refusal)
            reasons.append(f"a doubt about {attempt.payout.reference}: {why}")
    return reasons


def _result(stage, tally, truth, left):
    findings = truth.findings()
    findings["standing_still"] += tally.problems + [f"not at rest: {what}" for what in left]
    attempts = Attempt.objects.all()
    return {
        "seed": stage.seed,
        "bank": stage.terms,
        "kills": dict(tally.kills),
        "stops": dict(tally.stops),
        "in_progress": dict(tally.in_progress),
        "resumed": dict(tally.resumed),
        "requests": len(truth.asked),
        "repeated_requests": count_repeated(truth.answers),
        "not_answered_in_time": len(truth.late),
        "payouts": len(truth.payouts),
        "states": dict(Counter(payout.status for payout in truth.payouts)),
        "rails": dict(Counter(payout.rail for payout in truth.payouts)),
        "sent_again": attempts.filter(sends__gt=1).count(),
        "decided_by_people": attempts.filter(resolutions__status="confirmed").count(),
        "files": PaymentFile.objects.count(),
        "findings": {name: found[:20] for name, found in findings.items() if found},
        "counts": {name: len(found) for name, found in findings.items()},
    }
