"""
The table of all pages: under which name in the admin's addresses, who looks, and what is pressed before.

`test_table.py` compares it with the addresses themselves, so no page is forgotten.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.urls import reverse

from apps.approvals.models import SettingVersion
from apps.compliance.models import Review
from apps.events.models import Delivery, Event
from apps.ledger.models import Account, Journal
from apps.rails.models import PaymentFile, StatusReport
from apps.recipients.models import MethodChange
from apps.reconciliation.models import Statement, StatementFile, StatementLine
from tests.pages.world import PASSWORD

NOBODY = ""


@dataclass(frozen=True)
class Page:
    """One page to look at. `row` finds in the world what it is about, `steps` are done on it first.

    `theirs` says whose page it is, where it is not ours to make accessible.
    """

    name: str
    at: str
    who: str = NOBODY
    row: Callable | None = None
    query: str = ""
    steps: Callable | None = None
    demo: bool = False
    theirs: str = ""

    @property
    def has_empty_state(self) -> bool:
        """Whether it is a list, which also has to look well with nothing in it."""
        is_list = self.at == "admin:index" or self.at.endswith(("_changelist", "_trial_balance"))
        is_plain = not self.query and self.steps in (None, unfold_all) and not self.name.startswith("error-")
        return is_list and is_plain

    def address(self, world) -> str:
        found = [self.row(world)] if self.row else []
        query = self.query.format(yesterday=getattr(world, "yesterday", ""), **getattr(world, "chosen", {}))
        return reverse(self.at, args=[getattr(row, "public_id", row) for row in found]) + query


def enter(**fields):
    """Return steps that fill in fields and press Enter in the last of them."""

    def steps(tab, world):
        for name, text in fields.items():
            tab.locator(f"[name={name}]").first.fill(text)
        with tab.expect_navigation():
            tab.locator(f"[name={name}]").first.press("Enter")

    return steps


def sign_in(name="olga", password=PASSWORD):
    return lambda tab, world: enter(username=world.people[name].email, password=password)(tab, world)


def both(first, second):
    def steps(tab, world):
        first(tab, world)
        second(tab, world)

    return steps


def choose(decision, reason=""):
    """Return steps that tick the first payout of the queue and press a button of it."""

    def steps(tab, world):
        tab.locator("input[name=payout]").first.check()
        tab.locator("[name=reason]").fill(reason)
        with tab.expect_navigation():
            tab.locator(f"button[name=decision][value={decision}]").click()

    return steps


def change_digests(tab, world):
    """Let the page be older than what it shows."""
    tab.evaluate(
        "document.querySelectorAll('[name=payout]').forEach(box => box.value = box.value.slice(0, -4) + '0000')"
    )


def forget_token(tab, world):
    """Let the page be one that was opened under another sign-in."""
    tab.evaluate("document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(field => field.value = 'x')")


def press(selector):
    def steps(tab, world):
        with tab.expect_navigation():
            tab.locator(selector).first.click()

    return steps


def unfold_all(tab, world):
    """Open every fold of the page, so that its forms are seen."""
    tab.evaluate("document.querySelectorAll('.pp-page details').forEach(fold => fold.open = true)")


def newest(rows, **wanted):
    return lambda world: rows.filter(**wanted).order_by("-pk")[0]


def payout(name):
    return lambda world: getattr(world, name, None) or world.first[name]


def plan(state):
    return lambda world: world.plans[state]


def send_a_program(tab, world):
    """Upload what is no file of payouts."""
    tab.locator("[name=platform]").select_option(index=1)
    tab.locator("[name=reference]").fill("JUNE-47")
    content = {"name": "june.xlsx", "mimeType": "application/zip", "buffer": b"MZ"}
    tab.locator("[name=file]").set_input_files(content)
    with tab.expect_navigation():
        tab.locator(".pp-page form button").click()


PAYOUTS, PAYOUT = "admin:payouts_payout_changelist", "admin:payouts_payout_change"
APPROVALS, REVIEW = "admin:approvals_request_changelist", "admin:compliance_review_change"
SETTINGS, SETTING = "admin:approvals_settingversion_changelist", "admin:approvals_settingversion_change"
SPLIT, GROUP = "admin:reconciliation_statementline_split", "admin:reconciliation_statementline_group"
LINE, DOUBTS = "admin:reconciliation_statementline_change", "admin:payouts_resolution_changelist"

PAGES = (
    # Signing in
    Page("sign-in", "admin:login"),
    Page("sign-in-demo", "admin:login", demo=True),
    Page("sign-in-wrong", "admin:login", steps=sign_in("tove", "not this one")),
    Page("sign-in-code", "admin:login", steps=sign_in()),
    Page("sign-in-code-wrong", "admin:login", steps=both(sign_in("aldo"), enter(code="12"))),
    Page("sign-in-code-too-late", "sign_in_code"),
    Page("second-factor", "sign_in_enroll", "nia"),
    Page("another-phone", "sign_in_another_phone", "olga"),
    Page("new-passkey", "account_new_passkey", "olga"),
    Page("recovery-codes", "account", "olga", steps=press("form[action$='recovery-codes/'] button")),
    Page("confirm", "admin:password_change", "nils"),
    Page("account", "account", "anton"),
    Page("account-without-phone", "account", "nia"),
    Page("password", "admin:password_change", "anton"),
    Page("password-by-another", "admin:password_change", "nora"),
    # Today, as each role has it
    *(
        Page(f"today-{role}", "admin:index", who)
        for role, who in (
            ("operator", "olga"),
            ("approver", "anton"),
            ("analyst", "clara"),
            ("officer", "otto"),
            ("treasurer", "tilda"),
            ("auditor", "aldo"),
            ("administrator", "ada"),
        )
    ),
    # Payouts
    Page("payouts", PAYOUTS, "olga"),
    Page("payouts-filters", PAYOUTS, "olga", steps=unfold_all),
    Page("payouts-filtered", PAYOUTS, "olga", query="?state=awaiting_approval&least=1000"),
    Page("payouts-faults", PAYOUTS, "olga", query="?least=x&created_from=nonsense"),
    Page("payouts-none", PAYOUTS, "olga", query="?q=nobody+at+all"),
    Page("payout-awaiting-approval", PAYOUT, "berta", row=lambda world: world.waiting[0], steps=unfold_all),
    Page("payout-priced", PAYOUT, "berta", row=lambda world: world.priced),
    Page("payout-in-review", PAYOUT, "olga", row=payout("in_review")),
    Page("payout-awaiting-funds", PAYOUT, "olga", row=payout("poor")),
    Page("payout-scheduled", PAYOUT, "olga", row=payout("scheduled"), steps=unfold_all),
    Page("payout-held", PAYOUT, "otto", row=payout("held"), steps=unfold_all),
    Page("payout-likely-duplicate", PAYOUT, "anton", row=payout("twin")),
    Page("payout-in-doubt", PAYOUT, "tilda", row=payout("doubtful")),
    Page("payout-recalled", PAYOUT, "olga", row=payout("recalled")),
    Page("payout-paid", PAYOUT, "olga", row=payout("large")),
    Page("payout-failed", PAYOUT, "olga", row=payout("refused")),
    Page("payout-returned", PAYOUT, "olga", row=payout("returned")),
    Page("payout-rejected", PAYOUT, "clara", row=payout("listed")),
    Page("batches", "admin:payouts_batch_changelist", "olga"),
    Page("batch", "admin:payouts_batch_change", "olga", row=lambda world: world.batch),
    Page("plans", "admin:payouts_plan_changelist", "olga"),
    Page("plan-upload", "admin:payouts_plan_upload", "olga"),
    Page("plan-upload-refused", "admin:payouts_plan_upload", "olga", steps=send_a_program),
    *(
        Page(f"plan-{state}", "admin:payouts_plan_change", "olga", row=plan(state))
        for state in ("unmapped", "unreadable", "faulty", "changed", "committed", "committing", "reading")
    ),
    Page("plan-faulty-columns", "admin:payouts_plan_change", "olga", row=plan("faulty"), steps=unfold_all),
    Page("plan-faulty-rows", "admin:payouts_plan_change", "olga", row=plan("faulty"), query="?show=faulty"),
    Page("plan-only-seen", "admin:payouts_plan_change", "aldo", row=plan("faulty"), query="?show=look"),
    Page("approvals", APPROVALS, "berta"),
    Page("approvals-all", APPROVALS, "berta", query="?show=all"),
    Page("approvals-people", APPROVALS, "berta", query="?show=people"),
    Page("approvals-only-seen", APPROVALS, "olga"),
    Page("approvals-approve", APPROVALS, "berta", steps=choose("approve")),
    Page("approvals-reject", APPROVALS, "berta", steps=choose("reject", "Twice the amount of the order.")),
    Page("approvals-refused", APPROVALS, "berta", steps=both(change_digests, choose("approve"))),
    Page("absences", "admin:approvals_absence_changelist", "berta"),
    Page("absences-of-others", "admin:approvals_absence_changelist", "ada"),
    Page("reviews", "admin:compliance_review_changelist", "clara"),
    Page("review", REVIEW, "clara", row=newest(Review.objects, status="open")),
    Page("review-officer", REVIEW, "otto", row=newest(Review.objects, status="open"), steps=unfold_all),
    Page("review-cleared", REVIEW, "clara", row=newest(Review.objects, status="cleared")),
    Page("review-only-seen", REVIEW, "aldo", row=newest(Review.objects, status="rejected")),
    Page("in-doubt", DOUBTS, "tilda", steps=unfold_all),
    Page("in-doubt-second-person", DOUBTS, "otto", steps=unfold_all),
    Page("recipients", "admin:recipients_recipient_changelist", "olga"),
    Page("recipient", "admin:recipients_recipient_change", "olga", row=lambda world: world.changed.recipient),
    Page(
        "recipient-folds",
        "admin:recipients_recipient_change",
        "otto",
        row=lambda world: world.changed.recipient,
        steps=unfold_all,
    ),
    Page("account-changes", "admin:recipients_methodchange_changelist", "berta"),
    Page("account-change", "admin:recipients_methodchange_change", "berta", row=newest(MethodChange.objects)),
    Page("stops", "admin:rails_stop_changelist", "otto"),
    Page("stops-effect", "admin:rails_stop_changelist", "otto", query="?scope=everything"),
    Page("stop", "admin:rails_stop_change", "anton", row=lambda world: world.stop),
    # Banks and books
    Page("bank-files", "admin:rails_paymentfile_changelist", "tilda"),
    Page("bank-file", "admin:rails_paymentfile_change", "tilda", row=newest(PaymentFile.objects)),
    Page("bank-answers", "admin:rails_statusreport_changelist", "tilda"),
    Page("bank-answer", "admin:rails_statusreport_change", "tilda", row=newest(StatusReport.objects, parked_reason="")),
    Page("bank-answer-parked", "admin:rails_statusreport_change", "tilda", row=newest(StatusReport.objects.parked())),
    Page("bank-accounts", "admin:rails_bankaccount_changelist", "tilda"),
    Page("bank-account", "admin:rails_bankaccount_change", "tilda", row=lambda world: world.account),
    Page("to-match", "admin:reconciliation_statementline_changelist", "tilda"),
    Page("line", LINE, "tilda", row=lambda world: world.open_line, steps=unfold_all),
    Page("line-split", SPLIT, "tilda", row=lambda world: world.sum_line, query="?name={one}&name={two}&fee=0.50"),
    Page("line-split-missing", SPLIT, "tilda", row=lambda world: world.sum_line),
    Page("line-group", GROUP, "tilda", row=lambda world: world.part_lines[0], query="?name={three}&with={other}/1"),
    Page("line-split-proposed", LINE, "tove", row=lambda world: world.split_line, steps=unfold_all),
    Page("line-proposed", LINE, "tove", row=lambda world: world.proposed_line, steps=unfold_all),
    Page(
        "line-matched", LINE, "tilda", row=newest(StatementLine.objects, state="matched", sign="DBIT"), steps=unfold_all
    ),
    Page(
        "line-of-conflict",
        LINE,
        "tilda",
        row=newest(StatementLine.objects, bank_reference="DEBIT-77"),
        steps=unfold_all,
    ),
    Page("statements", "admin:reconciliation_statement_changelist", "tilda"),
    Page("statement", "admin:reconciliation_statement_change", "tilda", row=newest(Statement.objects, kind="camt.053")),
    Page("days", "admin:reconciliation_statement_days", "tilda", row=lambda world: world.account),
    Page(
        "day", "admin:reconciliation_statement_days", "tilda", row=lambda world: world.account, query="?day={yesterday}"
    ),
    Page("matches", "admin:reconciliation_match_changelist", "tilda"),
    Page("second-person", "admin:reconciliation_proposal_changelist", "tove", steps=unfold_all),
    Page("statement-files", "admin:reconciliation_statementfile_changelist", "tilda"),
    Page(
        "statement-file",
        "admin:reconciliation_statementfile_change",
        "tilda",
        row=newest(StatementFile.objects, status="imported"),
    ),
    Page(
        "statement-file-refused",
        "admin:reconciliation_statementfile_change",
        "tilda",
        row=newest(StatementFile.objects, status="refused"),
    ),
    Page("import", "admin:reconciliation_statement_import", "tilda"),
    Page("ledger", "admin:ledger_account_changelist", "aldo"),
    Page(
        "ledger-account",
        "admin:ledger_account_change",
        "aldo",
        row=lambda world: Account.objects.get(holder=world.account.public_id, kind="clearing").pk,
    ),
    Page("journals", "admin:ledger_journal_changelist", "aldo"),
    Page("journal", "admin:ledger_journal_change", "aldo", row=newest(Journal.objects)),
    Page("trial-balance", "admin:ledger_account_trial_balance", "aldo"),
    # Setup
    Page("platforms", "admin:partners_partner_changelist", "ada"),
    Page("platform", "admin:partners_partner_change", "ada", row=lambda world: world.partner, steps=unfold_all),
    Page("platform-new", "admin:partners_partner_new", "ada"),
    Page("platform-new-faults", "admin:partners_partner_new", "ada", steps=enter(name=" ")),
    Page("settings", SETTINGS, "otto"),
    Page("setting-proposed", SETTING, "otto", row=newest(SettingVersion.objects.proposed()), steps=unfold_all),
    Page("setting-draft", SETTING, "tilda", row=newest(SettingVersion.objects, status="draft")),
    Page("setting-fees", SETTING, "otto", row=lambda world: world.fees),
    Page(
        "setting-fees-new",
        "admin:approvals_settingversion_new",
        "tilda",
        query="?kind=fees&currency=EUR&name=sepa_credit_transfer",
    ),
    Page("setting-published", SETTING, "aldo", row=newest(SettingVersion.objects.published())),
    Page("setting-choose", "admin:approvals_settingversion_new", "tilda"),
    Page("setting-new", "admin:approvals_settingversion_new", "tilda", query="?kind=platform_limits&currency=EUR"),
    Page(
        "setting-change",
        "admin:approvals_settingversion_draft",
        "tilda",
        row=newest(SettingVersion.objects, status="draft"),
    ),
    Page("endpoints", "admin:events_endpoint_changelist", "ada"),
    Page("endpoint", "admin:events_endpoint_change", "ada", row=lambda world: world.endpoint, steps=unfold_all),
    Page("deliveries", "admin:events_delivery_changelist", "ada"),
    Page("delivery", "admin:events_delivery_change", "ada", row=newest(Delivery.objects)),
    Page("people", "admin:users_user_changelist", "ada"),
    Page("person", "admin:users_user_change", "ada", row=lambda world: world.people["olga"], steps=unfold_all),
    Page("person-new", "admin:users_user_new", "ada"),
    Page("watchlists", "admin:compliance_watchlist_changelist", "otto"),
    Page("audit-trail", "admin:events_event_changelist", "aldo"),
    Page("event", "admin:events_event_change", "aldo", row=newest(Event.objects, type="user.role_assigned")),
    Page("event-told", "admin:events_event_change", "ada", row=newest(Event.objects, type="payout.paid")),
    # What is not there, or not for everybody
    Page("error-forbidden", "admin:events_event_changelist", "olga"),
    Page("error-not-there", PAYOUT, "olga", row=lambda world: "po_nonsense"),
    Page("error-not-understood", PAYOUTS, "olga", query="?partner__name=Quillmarket"),
    Page("error-form-too-old", APPROVALS, "berta", steps=both(forget_token, choose("approve"))),
    Page("api", "api-docs", theirs="Swagger UI"),
    Page("api-problems", "problems"),
    Page("api-problem", "problem", row=lambda world: "cannot-create-payout"),
)


BUTTONS = [
    "account_end",
    "account_time_zone",
    "account_end_others",
    "admin:approvals_absence_end",
    "admin:approvals_absence_set",
    "admin:approvals_request_confirm",
    "admin:approvals_settingversion_propose",
    "admin:approvals_settingversion_publish",
    "admin:approvals_settingversion_refuse",
    "admin:approvals_settingversion_withdraw",
    "admin:compliance_review_ask",
    "admin:compliance_review_attach",
    "admin:compliance_review_close",
    "admin:compliance_review_decide",
    "admin:compliance_review_document",
    "admin:compliance_review_give",
    "admin:compliance_review_note",
    "admin:compliance_review_propose",
    "admin:recipients_methodchange_decide",
    "admin:recipients_recipient_change_method",
    "admin:recipients_recipient_reveal",
    "admin:compliance_review_take",
    "admin:events_delivery_resend",
    "admin:events_endpoint_resend",
    "admin:events_event_resend",
    "admin:events_event_export",
    "admin:logout",
    "admin:partners_partner_add_twin",
    "admin:partners_partner_create_key",
    "admin:partners_partner_resume",
    "admin:partners_partner_revoke_key",
    "admin:partners_partner_confirm_key",
    "admin:partners_partner_rotate_key",
    "admin:partners_partner_suspend",
    "admin:payouts_payout_approve",
    "admin:payouts_payout_cancel",
    "admin:payouts_payout_hold",
    "admin:payouts_payout_lift",
    "admin:payouts_payout_recall",
    "admin:payouts_payout_reject",
    "admin:payouts_payout_remove_view",
    "admin:payouts_payout_save_view",
    "admin:payouts_resolution_close",
    "admin:payouts_resolution_decide",
    "admin:payouts_resolution_propose",
    "admin:payouts_plan_cancel",
    "admin:payouts_plan_columns",
    "admin:payouts_plan_commit",
    "admin:payouts_plan_download",
    "admin:recipients_recipient_add_document",
    "admin:recipients_recipient_document",
    "admin:recipients_recipient_revoke",
    "admin:recipients_recipient_verify",
    "admin:rails_paymentfile_decide",
    "admin:rails_paymentfile_document",
    "admin:rails_paymentfile_download",
    "admin:rails_paymentfile_report",
    "admin:rails_paymentfile_take",
    "admin:rails_stop_confirm",
    "admin:rails_stop_open",
    "admin:rails_stop_propose",
    "admin:reconciliation_match_undo",
    "admin:reconciliation_proposal_confirm",
    "admin:reconciliation_proposal_refuse",
    "admin:reconciliation_statement_close_day",
    "admin:reconciliation_statement_decide_close",
    "admin:reconciliation_statement_propose_close",
    "admin:reconciliation_statementline_match",
    "admin:reconciliation_statementline_propose",
    "admin:reconciliation_statementline_propose_group",
    "admin:reconciliation_statementline_propose_split",
    "admin:users_user_assign",
    "admin:users_user_confirm_link",
    "admin:users_user_deactivate",
    "admin:users_user_end_sign_in",
    "admin:users_user_link",
    "admin:users_user_reactivate",
    "admin:users_user_refuse_link",
    "admin:users_user_remove",
    "admin:users_user_reset_second_factor",
    "admin:users_user_set_password",
    "confirm",
]
"""Addresses at which only buttons arrive: they take POST alone, and lead to a page of the table."""

NO_PAGES = {
    "account_recovery_codes": "a button, whose answer is the page `recovery-codes`",
    "account_remove_passkey": "a button that leads back to the account",
    "admin:approvals_request_decide": "a button, whose answer is the page `approvals-approve`",
    "admin:payouts_plan_errors": "faults as CSV",
    "admin:payouts_resolution_document": "the bytes of a document",
    "admin:reconciliation_statement_all_days": "leads on to `days` of the first bank account",
    "admin:password_change_done": "the portal's own page to change a password leads to `account`",
    "admin:app_list": "Django's index of one app, to which nothing leads",
    "admin:search": "the theme's search, which is switched off",
    "admin:autocomplete": "answers to the theme's selects, of which there are none",
    "admin:jsi18n": "texts for scripts",
    "admin:view_on_site": "leads on to pages of models that have one; none has",
}
"""Other addresses that are no page of their own, and why."""

EMPTY = tuple(replace(page, name=f"empty-{page.name}") for page in PAGES if page.has_empty_state)
"""The lists while there is nothing in them."""
