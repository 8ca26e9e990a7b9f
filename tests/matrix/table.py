"""
The matrix: who may do what, and by which doors.

OP operator, AP approver, CA compliance analyst, CO compliance officer, TR treasurer, AU auditor, AD administrator. Nobody
else may: no other role, nobody without a role, and no key where it has no scope. `post` says what the page would send,
`call` calls the operation as any other door would. Each row is tried for everybody by every door it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.approvals import operations as approvals
from apps.audit import operations as audit
from apps.audit.trail import TrailQuestion
from apps.compliance import operations as compliance
from apps.core.ids import encode, uuid7
from apps.events import operations as events
from apps.partners import operations as partners
from apps.payouts import operations as payouts
from apps.rails import operations as rails
from apps.recipients import operations as recipients
from apps.reconciliation import operations as reconciliation
from apps.sandbox import operations as sandbox
from apps.users import operations as users
from apps.users.models import SignIn
from tests import factories

PASSWORD = "plover-basalt-trundle-nine"  # noqa: S105  invented
REASON = "Because of the test"
WORKS_ON_PAYOUTS = {"OP", "AP", "CA", "CO", "TR"}
EVERY_ROLE = WORKS_ON_PAYOUTS | {"AU", "AD"}
SHORT = {
    "OP": "operator",
    "AP": "approver",
    "CA": "compliance_analyst",
    "CO": "compliance_officer",
    "TR": "treasurer",
    "AU": "auditor",
    "AD": "administrator",
}


@dataclass(frozen=True)
class Row:
    """One action: who may, what is recorded if it was done (`told`), and how each door does it."""

    action: str
    may: set
    told: str
    call: Callable
    post: Callable | None = None


def admin(path, **fields):
    return f"/admin/{path}", fields


def page_of(row, verb, **fields):
    meta = row._meta
    return admin(f"{meta.app_label}/{meta.model_name}/{row.public_id}/{verb}/", **fields)


def seen(payout):
    """Return what the page of a payout showed."""
    from tests.doors.conftest import seen as shown

    return shown(payout)


def ids(payout):
    return [payout.pk]


def _listed(world, client, decision):
    """Tick a payout in the queue and send the list that is shown; who may not tick has a list of nobody's."""
    ticked = {"payout": f"{world.waiting.public_id}:{world.waiting.digest}", "decision": decision, "reason": REASON}
    answer = client.post("/admin/approvals/request/decide/", ticked)
    context = answer.context or {}
    return admin("approvals/request/confirm/", list=context.get("list", "") if answer.status_code == 200 else "")


def _password_of(world, by):
    return users.set_password(world.member.pk, PASSWORD, by=by)


def _sign_in(world):
    return SignIn.objects.create(user=world.member)


ROWS = [
    Row("create payouts", {"OP"}, "payout.created",
        lambda w, by: payouts.create_payouts(w.platform.pk, [factories.payout_draft(1_000)], by=by)),
    Row("quote a payout", {"OP"}, "quote.created",
        lambda w, by: payouts.create_quote(w.platform.pk, payouts.QuoteDraft(1_000, "EUR", country="DE"), by=by)),
    Row("create a batch", {"OP"}, "payout.created",
        lambda w, by: payouts.create_batch(w.platform.pk, "BATCH", [factories.payout_draft(1_000)], by=by)),
    Row("approve a payout", {"AP"}, "payout.approved",
        lambda w, by: payouts.approve_payouts(ids(w.waiting), by=by, digests={w.waiting.pk: w.waiting.digest}),
        lambda w, c: page_of(w.waiting, "approve", digest=w.waiting.digest, **seen(w.waiting))),
    Row("approve the first of two", {"AP"}, "payout.approval_given",
        lambda w, by: payouts.approve_payouts(ids(w.large), by=by, digests={w.large.pk: w.large.digest}),
        lambda w, c: page_of(w.large, "approve", digest=w.large.digest, **seen(w.large))),
    Row("approve a list", {"AP"}, "payout.approved",
        lambda w, by: payouts.approve_payouts(ids(w.waiting), by=by, digests={w.waiting.pk: w.waiting.digest}),
        lambda w, c: _listed(w, c, "approve")),
    Row("reject a payout", {"AP"}, "payout.rejected",
        lambda w, by: payouts.reject_payouts(ids(w.waiting), by=by, reason=REASON),
        lambda w, c: page_of(w.waiting, "reject", reason=REASON, **seen(w.waiting))),
    Row("reject a list", {"AP"}, "payout.rejected",
        lambda w, by: payouts.reject_payouts(ids(w.waiting), by=by, reason=REASON),
        lambda w, c: _listed(w, c, "reject")),
    Row("cancel before it leaves", {"OP", "AP"}, "payout.cancelled",
        lambda w, by: payouts.cancel_payouts(ids(w.plain), by=by, reason=REASON),
        lambda w, c: page_of(w.plain, "cancel", reason=REASON, **seen(w.plain))),
    Row("ask for it back", {"OP", "AP"}, "payout.recall_requested",
        lambda w, by: payouts.request_recalls(ids(w.instant), by=by, reason=REASON),
        lambda w, c: page_of(w.instant, "recall", reason=REASON, **seen(w.instant))),
    Row("hold", WORKS_ON_PAYOUTS, "payout.held",
        lambda w, by: payouts.hold_payouts(ids(w.plain), by=by, reason=REASON),
        lambda w, c: page_of(w.plain, "hold", reason=REASON, **seen(w.plain))),
    Row("lift a hold", {"AP", "CO"}, "payout.hold_lifted",
        lambda w, by: payouts.lift_holds(ids(w.held), by=by, reason=REASON),
        lambda w, c: page_of(w.held, "lift", reason=REASON, **seen(w.held))),
    Row("let a likely duplicate go", {"AP", "CO"}, "payout.hold_lifted",
        lambda w, by: payouts.lift_holds(ids(w.twin), by=by, reason=REASON),
        lambda w, c: page_of(w.twin, "lift", reason=REASON, **seen(w.twin))),
    Row("cancel a likely duplicate", {"OP", "AP"}, "payout.cancelled",
        lambda w, by: payouts.cancel_payouts(ids(w.twin), by=by, reason=REASON),
        lambda w, c: page_of(w.twin, "cancel", reason=REASON, **seen(w.twin))),
    Row("stop sending", WORKS_ON_PAYOUTS, "sending.stopped",
        lambda w, by: payouts.stop_sending("country", "BE", by=by, reason=REASON),
        lambda w, c: admin("rails/stop/open/", scope="country", value="BE", reason=REASON)),
    Row("propose to lift a stop", {"AP", "CO", "TR"}, "sending.lift_proposed",
        lambda w, by: audit.propose_lift(w.stop.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.stop, "propose", reason=REASON)),
    Row("lift a stop, as the second", {"AP", "CO", "TR"}, "sending.resumed",
        lambda w, by: audit.confirm_lift(w.proposed_stop.pk, by=by),
        lambda w, c: page_of(w.proposed_stop, "confirm")),
    Row("say what became of a doubt", {"TR"}, "payout.resolution_proposed",
        lambda w, by: reconciliation.propose_resolution(w.doubt.pk, "paid", REASON * 2, by=by),
        lambda w, c: admin("payouts/resolution/propose/", attempt=w.doubt.public_id, verdict="paid", evidence=REASON * 2)),
    Row("agree what became of a doubt", {"AP", "CO"}, "payout.resolved",
        lambda w, by: reconciliation.confirm_resolution(w.resolution.pk, by=by),
        lambda w, c: admin("payouts/resolution/decide/", resolution=w.resolution.public_id, decision="confirm")),
    Row("disagree what became of a doubt", {"AP", "CO"}, "payout.resolution_refused",
        lambda w, by: reconciliation.refuse_resolution(w.resolution.pk, by=by, reason=REASON),
        lambda w, c: admin("payouts/resolution/decide/", resolution=w.resolution.public_id, reason=REASON)),
    Row("take a review", {"CA", "CO"}, "review.taken",
        lambda w, by: compliance.take_review(w.review.pk, by=by),
        lambda w, c: page_of(w.review, "take")),
    Row("give a review to somebody", {"CA", "CO"}, "review.given",
        lambda w, by: compliance.give_review(w.review.pk, w.others["compliance_officer"].pk, by=by),
        lambda w, c: page_of(w.review, "give", person=w.others["compliance_officer"].public_id)),
    Row("write a note to a review", {"CA", "CO"}, "review.noted",
        lambda w, by: compliance.write_note(w.review.pk, REASON, by=by),
        lambda w, c: page_of(w.review, "note", text=REASON)),
    Row("ask a platform", {"CA", "CO"}, "information_request.opened",
        lambda w, by: compliance.ask_platform(w.review.pk, REASON, days=3, by=by),
        lambda w, c: page_of(w.review, "ask", question=REASON, days="3")),
    Row("attach a document", {"CA", "CO"}, "review.document_added",
        lambda w, by: compliance.attach_document(w.review.pk, "letter.pdf", b"%PDF-1.4 Another letter", by=by),
        lambda w, c: page_of(w.review, "attach", document=SimpleUploadedFile("letter.pdf", b"%PDF-1.4 Another letter"))),
    Row("open a document", {"CA", "CO"}, "review.document_opened",
        lambda w, by: compliance.open_document(w.document.pk, by=by),
        lambda w, c: page_of(w.review, "document", document=w.document.public_id)),
    Row("propose what a review comes to", {"CA", "CO"}, "review.proposed",
        lambda w, by: compliance.propose_decision(w.review.pk, by=by, decision="clear", reason=REASON),
        lambda w, c: page_of(w.review, "propose", decision="clear", reason=REASON, **seen(w.review))),
    Row("clear a review, as the second", {"CO"}, "review.cleared",
        lambda w, by: payouts.decide_review(w.review.pk, by=by, decision="clear", reason=REASON),
        lambda w, c: page_of(w.review, "decide", decision="clear", reason=REASON, **seen(w.review))),
    Row("reject a review", {"CO"}, "review.rejected",
        lambda w, by: payouts.decide_review(w.review.pk, by=by, decision="reject", reason=REASON),
        lambda w, c: page_of(w.review, "decide", decision="reject", reason=REASON, **seen(w.review))),
    Row("load a watchlist", {"CO"}, "watchlist.loaded",
        lambda w, by: compliance.load_watchlist(w.another_list, by=by)),
    Row("draft an approval policy", {"TR", "CO", "AD"}, "setting.drafted",
        lambda w, by: approvals.draft_setting(w.policy_draft(), by=by),
        lambda w, c: admin("approvals/settingversion/new/", kind="approval_policy", currency="EUR", reason=REASON,
                           partner=w.platform.public_id, approvals_rest="1")),
    Row("publish an approval policy, as the second", {"CO", "AD"}, "setting.published",
        lambda w, by: approvals.publish_setting(w.setting.pk, by=by),
        lambda w, c: page_of(w.setting, "publish")),
    Row("refuse an approval policy", {"CO", "AD"}, "setting.refused",
        lambda w, by: approvals.refuse_setting(w.setting.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.setting, "refuse", reason=REASON)),
    Row("create a recipient", {"OP"}, "recipient.created",
        lambda w, by: recipients.create_recipients(w.platform.pk, [factories.recipient_draft()], by=by)),
    Row("change a recipient", {"OP"}, "recipient.changed",
        lambda w, by: recipients.change_recipient(w.plain.recipient_id, factories.recipient_draft("Bo Quill"), by=by)),
    Row("change some facts of a recipient", {"OP"}, "recipient.changed",
        lambda w, by: recipients.update_recipient(w.plain.recipient_id, {"name": "Cy Quill"}, by=by)),
    Row("retire a recipient", {"OP"}, "recipient.retired",
        lambda w, by: recipients.retire_recipient(w.plain.recipient_id, by=by)),
    Row("propose other bank details", {"OP"}, "recipient.method_proposed",
        lambda w, by: recipients.change_method(w.plain.recipient_id, factories.recipient_draft().method, by=by),
        lambda w, c: page_of(w.plain.recipient, "method", iban=factories.iban(), currency="EUR", reason=REASON)),
    Row("confirm other bank details, as the second", {"AP"}, "recipient.method_confirmed",
        lambda w, by: payouts.decide_method_change(w.method_change.pk, by=by, decision="confirm"),
        lambda w, c: page_of(w.method_change, "decide", decision="confirm")),
    Row("refuse other bank details", {"AP"}, "recipient.method_refused",
        lambda w, by: payouts.decide_method_change(w.method_change.pk, by=by, decision="refuse", reason=REASON),
        lambda w, c: page_of(w.method_change, "decide", decision="refuse", reason=REASON)),
    Row("keep a document of a recipient", {"OP", "CA", "CO"}, "recipient_document.added",
        lambda w, by: recipients.add_document(w.plain.recipient_id, "other", "a.pdf", b"%PDF-1.4 B", by=by),
        lambda w, c: page_of(w.plain.recipient, "documents", kind="other",
                             document=SimpleUploadedFile("a.pdf", b"%PDF-1.4 B"))),
    Row("open a document of a recipient", {"OP", "CA", "CO"}, "recipient_document.opened",
        lambda w, by: recipients.open_recipient_document(w.paper.pk, by=by),
        lambda w, c: page_of(w.plain.recipient, "document", document=w.paper.public_id)),
    Row("verify an account", {"OP", "CA", "CO"}, "payout_method.verified",
        lambda w, by: recipients.verify_method(w.plain.method_version_id, "person", by=by, reason=REASON, days=9),
        lambda w, c: page_of(w.plain.recipient, "verify", version=w.plain.method_version.public_id, how="person",
                             reason=REASON, days="9")),
    Row("take back that an account is verified", {"OP", "CA", "CO"}, "payout_method.verification_revoked",
        lambda w, by: recipients.revoke_verification(w.verified.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.plain.recipient, "revoke", verification=w.verified.public_id, reason=REASON)),
    Row("see a whole account number", {"OP", "CA", "CO", "TR"}, "account.revealed",
        lambda w, by: recipients.reveal_account(w.plain.method_version_id, by=by, reason=REASON, asked=uuid7()),
        lambda w, c: page_of(w.plain.recipient, "reveal", reason=REASON, asked=encode("rvl", uuid7()),
                             version=w.plain.method_version.public_id)),
    Row("download a bank file", {"OP", "TR"}, "file.downloaded",
        lambda w, by: rails.download_file(w.file.pk, by=by),
        lambda w, c: page_of(w.file, "download")),
    Row("take a bank file along", {"OP", "TR"}, "file.taken",
        lambda w, by: rails.take_file(w.sealed_file.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.sealed_file, "take", reason=REASON)),
    Row("report that the bank has a file", {"OP", "TR"}, "file.hand_over_reported",
        lambda w, by: rails.report_hand_over(w.taken.pk, by=by, channel="Portal", document=("a.pdf", b"%PDF-1.4 A")),
        lambda w, c: page_of(w.taken.file, "report", hand_over=w.taken.public_id, channel="Portal",
                             document=SimpleUploadedFile("a.pdf", b"%PDF-1.4 A"))),
    Row("confirm that the bank has a file, as the second", {"AP", "TR"}, "file.handed_over",
        lambda w, by: rails.confirm_hand_over(w.reported.pk, by=by),
        lambda w, c: page_of(w.reported.file, "decide", hand_over=w.reported.public_id, decision="confirm")),
    Row("find no proof that the bank has a file", {"AP", "TR"}, "file.hand_over_refused",
        lambda w, by: rails.refuse_hand_over(w.reported.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.reported.file, "decide", hand_over=w.reported.public_id, reason=REASON)),
    Row("let the portal hand a file over again", {"AP", "TR"}, "file.given_back",
        lambda w, by: rails.give_back_file(w.taken.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.taken.file, "decide", hand_over=w.taken.public_id, decision="give_back", reason=REASON)),
    Row("open the document of a hand-over", {"OP", "AP", "TR"}, "file.hand_over_document_opened",
        lambda w, by: rails.open_hand_over_document(w.reported.pk, by=by),
        lambda w, c: page_of(w.reported.file, "document", hand_over=w.reported.public_id)),
    Row("open a bank account", {"TR"}, "bank_account.opened",
        lambda w, by: rails.open_bank_account("New", "House", factories.iban(), by=by, mode="sandbox", folder_name="new")),
    Row("import a statement", {"TR"}, "statement.imported",
        lambda w, by: reconciliation.import_bank_file(w.upload, "later.xml", by=by),
        lambda w, c: admin("reconciliation/statement/import/", file=SimpleUploadedFile("later.xml", w.upload))),
    Row("propose what a line is", {"TR"}, "proposal.made",
        lambda w, by: reconciliation.propose_match(w.line.pk, w.funding(), by=by, reason=REASON),
        lambda w, c: page_of(w.line, "propose", kind="funding", target=w.platform.public_id, reason=REASON)),
    Row("propose that a line is several things", {"TR"}, "proposal.made",
        lambda w, by: reconciliation.propose_split(w.sum_line.pk, w.split(), by=by, reason=REASON),
        lambda w, c: page_of(w.sum_line, "propose-split", name=w.sent[1].public_id, fee="0.30", reason=REASON)),
    Row("propose that several lines are one thing", {"TR"}, "proposal.made",
        lambda w, by: reconciliation.propose_group(w.parts(), w.whole(), by=by, reason=REASON),
        lambda w, c: page_of(w.part_lines[0], "propose-group", name=w.sent[1].public_id, reason=REASON,
                             **{"with": [f"{line.public_id}/1" for line in w.part_lines]})),
    Row("match a line by its evidence", {"TR"}, "line.matched",
        lambda w, by: reconciliation.match_line(w.proven_line.pk, w.proven, by=by),
        lambda w, c: page_of(w.proven_line, "match", kind="return", target=w.proven_payout.public_id)),
    Row("propose to undo a match", {"TR"}, "proposal.made",
        lambda w, by: reconciliation.propose_undo(w.match.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.match, "undo", reason=REASON)),
    Row("confirm a proposal, as the second", {"TR"}, "proposal.confirmed",
        lambda w, by: reconciliation.confirm_proposal(w.proposal.pk, by=by),
        lambda w, c: page_of(w.proposal, "confirm")),
    Row("confirm a write-off, as the second", {"AP"}, "proposal.confirmed",
        lambda w, by: reconciliation.confirm_proposal(w.write_off.pk, by=by),
        lambda w, c: page_of(w.write_off, "confirm")),
    Row("refuse a proposal", {"TR"}, "proposal.refused",
        lambda w, by: reconciliation.refuse_proposal(w.proposal.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.proposal, "refuse", reason=REASON)),
    Row("close a day", {"TR"}, "day.closed",
        lambda w, by: reconciliation.close_day(w.quiet_account.pk, w.quiet_day, by=by),
        lambda w, c: admin(
            f"reconciliation/statement/days/{w.quiet_account.public_id}/close/", day=w.quiet_day.isoformat())),
    Row("propose that a day closes with a remainder", {"TR"}, "day.close_proposed",
        lambda w, by: reconciliation.propose_close(w.loud_account.pk, w.loud_day, by=by, reason=REASON),
        lambda w, c: admin(f"reconciliation/statement/days/{w.loud_account.public_id}/propose/",
                           day=w.loud_day.isoformat(), reason=REASON)),
    Row("sign that a day closes with a remainder", {"AP", "TR"}, "day.closed",
        lambda w, by: reconciliation.sign_close(w.close_proposal.pk, by=by),
        lambda w, c: admin(f"reconciliation/statement/days/{w.close_proposal.bank_account.public_id}/decide/",
                           proposal=w.close_proposal.public_id, decision="sign")),
    Row("refuse that a day closes with a remainder", {"AP", "TR"}, "day.close_refused",
        lambda w, by: reconciliation.refuse_close(w.close_proposal.pk, by=by, reason=REASON),
        lambda w, c: admin(f"reconciliation/statement/days/{w.close_proposal.bank_account.public_id}/decide/",
                           proposal=w.close_proposal.public_id, reason=REASON)),
    Row("add a platform", {"AD"}, "partner.created",
        lambda w, by: sandbox.add_platform("New platform", "sandbox", by=by),
        lambda w, c: admin("partners/partner/new/", name="New platform", mode="sandbox")),
    Row("suspend a platform", {"AD"}, "partner.suspended",
        lambda w, by: partners.suspend_partner(w.platform.pk, by=by),
        lambda w, c: page_of(w.platform, "suspend")),
    Row("let a platform in again", {"AD"}, "partner.resumed",
        lambda w, by: partners.resume_partner(w.suspended.pk, by=by),
        lambda w, c: page_of(w.suspended, "resume")),
    Row("make a key", {"AD"}, "api_key.created",
        lambda w, by: partners.create_key(w.platform.pk, "New key", ["payouts:read"], by=by),
        lambda w, c: page_of(w.platform, "keys", name="New key", scope="payouts:read")),
    Row("confirm a key of a live platform, as the second", {"AD"}, "api_key.confirmed",
        lambda w, by: partners.confirm_key(w.live_key.pk, by=by),
        lambda w, c: page_of(w.live_key.partner, "confirm-key", key=w.live_key.public_id)),
    Row("revoke a key", {"AD"}, "api_key.revoked",
        lambda w, by: partners.revoke_key(w.key.pk, by=by),
        lambda w, c: page_of(w.platform, "revoke", key=w.key.public_id)),
    Row("replace the key one calls with", set(), "api_key.rotated",
        lambda w, by: partners.rotate_own_key(timedelta(hours=1), by=by)),
    Row("add a webhook endpoint", {"AD"}, "webhook_endpoint.created",
        lambda w, by: events.create_endpoint(w.platform.pk, "https://example.com/b", ["*"], by=by)),
    Row("change a webhook endpoint", {"AD"}, "webhook_endpoint.updated",
        lambda w, by: events.update_endpoint(w.endpoint.pk, by=by, description="other")),
    Row("try a webhook endpoint", {"AD"}, "webhook_endpoint.pinged",
        lambda w, by: events.ping_endpoint(w.endpoint.pk, by=by)),
    Row("disable a webhook endpoint", {"AD"}, "webhook_endpoint.disabled",
        lambda w, by: events.disable_endpoint(w.endpoint.pk, by=by)),
    Row("rotate a webhook secret", {"AD"}, "webhook_endpoint.secret_rotated",
        lambda w, by: events.rotate_secret(w.endpoint.pk, by=by)),
    Row("send a webhook message again", {"OP", "AD"}, "webhook_delivery.resent",
        lambda w, by: events.resend(w.delivery.pk, by=by),
        lambda w, c: page_of(w.delivery, "resend")),
    Row("send a range of messages again", {"OP", "AD"}, "webhook_endpoint.resent",
        lambda w, by: events.resend_range(events.EventRange(w.platform.pk), by=by, endpoint_id=w.endpoint.pk),
        lambda w, c: page_of(w.endpoint, "resend", since="2020-01-01T00:00")),
    Row("send one event again", {"OP", "AD"}, "webhook_endpoint.resent",
        lambda w, by: events.resend_range(events.EventRange(w.platform.pk, after=w.delivery.event_id - 1), by=by),
        lambda w, c: admin(f"events/event/{w.delivery.event.public_id}/resend/")),
    Row("add a person", {"AD"}, "user.created",
        lambda w, by: users.create_person("new@example.test", "Ny One", by=by),
        lambda w, c: admin("users/user/new/", email="new@example.test", name="Ny One")),
    Row("give a role", {"AD"}, "user.role_assigned",
        lambda w, by: users.assign_role(w.newcomer.pk, "auditor", by=by),
        lambda w, c: page_of(w.newcomer, "assign", role="auditor")),
    Row("take a role", {"AD"}, "user.role_removed",
        lambda w, by: users.remove_role(w.member.pk, "auditor", by=by),
        lambda w, c: page_of(w.member, "remove", role="auditor")),
    Row("shut a person out", {"AD"}, "user.deactivated",
        lambda w, by: payouts.shut_out_person(w.member.pk, by=by),
        lambda w, c: page_of(w.member, "deactivate")),
    Row("let a person in again", {"AD"}, "user.reactivated",
        lambda w, by: users.reactivate_person(w.shut_out.pk, by=by),
        lambda w, c: page_of(w.shut_out, "reactivate")),
    Row("set a password", {"AD"}, "user.password_set", _password_of,
        lambda w, c: page_of(w.member, "set-password", password=PASSWORD)),
    Row("take away a lost second factor", {"AD"}, "user.second_factor_reset",
        lambda w, by: users.reset_second_factor(w.member.pk, by=by),
        lambda w, c: page_of(w.member, "reset-second-factor")),
    Row("end somebody's sign-in", {"AD"}, "user.signed_out",
        lambda w, by: users.end_sign_in(_sign_in(w).pk, by=by),
        lambda w, c: page_of(w.member, "end-sign-in", sign_in=_sign_in(w).public_id)),
    Row("say that two accounts are one person's", {"AD"}, "user.link_proposed",
        lambda w, by: users.propose_link(w.newcomer.pk, w.member.pk, by=by, reason=REASON),
        lambda w, c: page_of(w.newcomer, "link", email=w.member.email, reason=REASON)),
    Row("confirm that two accounts are one person's", {"AD"}, "user.linked",
        lambda w, by: users.confirm_link(w.link.pk, by=by),
        lambda w, c: page_of(w.member, "link/confirm", link=w.link.public_id)),
    Row("refuse that two accounts are one person's", {"AD"}, "user.link_refused",
        lambda w, by: users.refuse_link(w.link.pk, by=by),
        lambda w, c: page_of(w.member, "link/refuse", link=w.link.public_id)),
    Row("take the audit trail along", {"CO", "AU", "AD"}, "audit_trail.exported",
        lambda w, by: audit.export_trail(TrailQuestion(object=w.plain.public_id), by=by),
        lambda w, c: admin("events/event/export/", object=w.plain.public_id)),
    Row("let time pass at the simulated bank", EVERY_ROLE, "sandbox.clock_advanced",
        lambda w, by: sandbox.advance_clock(w.account.pk, by=by, by_seconds=1)),
    Row("let money arrive at the simulated bank", EVERY_ROLE, "sandbox.deposit_made",
        lambda w, by: sandbox.deposit(w.account.pk, 100, "RF", by=by)),
    Row("open a clean sandbox platform", EVERY_ROLE, "sandbox.platform_opened",
        lambda w, by: sandbox.open_from_sandbox(w.platform.pk, "Clean", by=by)),
]  # fmt: skip
