"""
Rows by the million for measuring pages: copies of a few real ones, made by set-based statements without triggers.

They are good for being looked at. What operations keep true, such as the books, they do not.
"""

from contextlib import contextmanager
from datetime import timedelta

import psycopg
from django.conf import settings
from django.db import connection

from apps.core.database import database_now
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import approve_payouts, create_batch, seal_files, start_due
from tests import factories
from tests.bench import house

SPREAD = timedelta(days=365)
FIRST_NAMES = (
    "Ada Bo Cy Dee Émile Fay Gus Hana Ivo Jürgen Kim Léa Max Nia Oda Pia Quy Rui Siân Tor Uma Vic Wim Xia Yan Zoë"
)
LAST_NAMES = (
    "Quill Marrow Ångström Tallow Brask Corvin Dunmore Eskil Fennick Garrow Holt Ibsley Jessamy Kestrel Lorimer Moss "
    "Nettle Orrin Pell Quarry Roe Sorrel Thistle Underhay Vane Wren Yarrow Zeller Østby Łaski"
)

# A state for each place, counted in ten-thousandths from the newest payout: what is unfinished is young.
STATES = """
    CASE WHEN place < 200 THEN 'awaiting_approval' WHEN place < 230 THEN 'awaiting_funds'
         WHEN place < 280 THEN 'in_review' WHEN place < 330 THEN 'scheduled' WHEN place < 332 THEN 'in_doubt'
         WHEN place < 410 THEN 'sent'
         WHEN i <= 5 THEN 'expired' WHEN i <= 12 THEN 'in_doubt' WHEN i % 400 = 0 THEN 'failed'
         WHEN i % 700 = 0 THEN 'returned' WHEN i % 900 = 0 THEN 'cancelled' ELSE 'paid' END"""


_LARGE = [
    "payouts_payout", "payouts_attempt", "approvals_request", "events_event", "recipients_recipientversion",
    "ledger_transfer", "reconciliation_statementline", "reconciliation_linepart", "reconciliation_match", "events_delivery",
]  # fmt: skip


class Crowd:
    """`count` payouts of four platforms over a year, with recipients, requests, attempts and events."""

    def __init__(self, count: int, events=5, tell=lambda text: None, world=None):
        """`world` is that of the pictures of pages, of which the other tables are filled; without it they stay empty."""
        self.count, self.events, self.tell, self.world = count, events, tell, world
        self.recipients = max(count // 5, 1)
        self.now = f"timestamptz '{database_now().isoformat()}'"
        self.account = factories.bank_account()
        self.second = factories.bank_account("Rarely used")
        self.platforms = [factories.partner(f"Platform of many {number}") for number in range(4)]
        self.maker, self.approver = factories.person("operator"), factories.person("approver", "Ann Approver")
        self.like = self._real_payout()

    def _real_payout(self):
        """Return one payout that is with its bank, by the usual way."""
        platform = self.platforms[0]
        factories.policy((None, 1), platform=platform)
        factories.fund(platform, self.account, 10_000_000)
        _, [payout] = create_batch(platform.pk, "REAL", [factories.payout_draft(amount=125_000)], by=self.maker)
        approve_payouts([payout.pk], by=self.approver, digests={payout.pk: payout.digest})
        self.account = payout.bank_account  # of several the first is paid from
        moved = payout.cut_off_at - self.account.business_now() + timedelta(minutes=1)
        self.account.clock_offset_seconds += max(0, int(moved.total_seconds()))
        self.account.save(update_fields=["clock_offset_seconds"])
        start_due()
        seal_files()
        return Payout.objects.get(pk=payout.pk)

    def fill(self):
        """Make the rows, and let the database learn what there is."""
        name = connection.settings_dict["NAME"]
        with psycopg.connect(settings.CLUSTER.conninfo(name), autocommit=True) as administrator:
            self.cursor = administrator.cursor()
            self.cursor.execute("SET session_replication_role = replica")
            self.cursor.execute("SET synchronous_commit = off")
            self.cursor.execute("SET maintenance_work_mem = '1GB'")
            with self._without_indexes():
                self._fill_recipients()
                self._fill_payouts()
                self._fill_events()
                if self.world:
                    house.fill(self.world, self)
            self.tell("Counting what there is")
            administrator.execute("VACUUM ANALYZE")

    def _fill_recipients(self):
        self.tell(f"{self.recipients} recipients")
        like, born = self.like, f"{self.now} - interval '400 days' + i * interval '1 second'"
        name = f"({_pick(FIRST_NAMES, 'i')} || ' ' || {_pick(LAST_NAMES, 'i / 26')})"
        self.copy("recipients_recipient", like.recipient_id, {"id": _id("r", born), "reference": "'R-' || i"})
        self.copy(
            "recipients_recipientversion", like.recipient_version_id,
            {"id": _id("rv", born), "recipient_id": _id("r", born), "name": name},
        )  # fmt: skip
        self.copy("recipients_payoutmethod", like.method_id, {"id": _id("m", born), "recipient_id": _id("r", born)})
        self.copy(
            "recipients_payoutmethodversion", like.method_version_id,
            {"id": _id("mv", born), "method_id": _id("m", born), "holder_name": name,
             "account_masked": "'DE…' || lpad((i * 7919 % 10000)::text, 4, '0')",
             "account_index": r"'\x' || md5(i::text) || md5(i::text)",
             "number": "1 + (i % 50 = 0)::int"},
        )  # fmt: skip

    def _fill_payouts(self):
        self.tell(f"{self.count} payouts with requests and attempts")
        like = self.like
        created = f"{self.now} - interval '1 hour' - ({self.count} - i) * interval '{SPREAD.total_seconds() / self.count} seconds'"
        # every twentieth payout is of one recipient
        known = f"(CASE WHEN i % 20 = 0 THEN 1 ELSE 1 + i * 31 % {self.recipients} END)"
        born = f"{self.now} - interval '400 days' + {known} * interval '1 second'"
        of_recipient = {
            f"{name}_id": _id(kind, born, known)
            for name, kind in (
                ("recipient", "r"),
                ("recipient_version", "rv"),
                ("method", "m"),
                ("method_version", "mv"),
            )
        }
        amount = "(CASE WHEN i % 10 = 0 THEN 10000 ELSE 500 + i * 7919 % 900000 END)"
        state = STATES.replace("place", f"(({self.count} - i) * 10000::bigint / {self.count})")
        partners = ", ".join(f"'{partner.pk}'" for partner in self.platforms)
        payout = {
            "id": _id("p", created), "reference": "'REF-' || i", "end_to_end_id": "'PO99E' || lpad(i::text, 11, '0')",
            "partner_id": f"(ARRAY[{partners}])[1 + i % 4]", "amount": amount, "created_at": created,
            "fee": f"CASE WHEN real.fee_terms = '{{}}' THEN 0 ELSE pricing_fee({amount}, real.fee_terms) END",
            "status": state, "funding": f"CASE {state} WHEN 'scheduled' THEN 'reserved' WHEN 'sent' THEN 'submitted' WHEN 'in_doubt' THEN"
            " 'submitted' WHEN 'paid' THEN 'settled' ELSE 'none' END", "status_at": f"{created} + interval '1 day'", "cut_off_at": f"{created} + interval '9 hours'",
            "batch_id": f"CASE WHEN i % 2 = 0 THEN '{like.batch_id}' END", "approval_id": _id("a", created),
            "rail": "CASE WHEN i <= 2000 AND i % 100 = 0 THEN 'sepa_instant' ELSE 'sepa_credit_transfer' END",
            "bank_account_id": f"CASE WHEN i <= 30 THEN '{self.second.pk}' ELSE '{self.account.pk}' END",
        }  # fmt: skip
        self.copy("payouts_payout", like.pk, payout | of_recipient, self.count)
        self.copy(
            "approvals_request", like.approval_id,
            {"id": _id("a", created), "subject": "'po_made_' || i", "amount": amount, "opened_at": created,
             "status": f"CASE WHEN {state} = 'awaiting_approval' THEN 'open' ELSE 'approved' END",
             "decided_at": f"CASE WHEN {state} = 'awaiting_approval' THEN NULL ELSE {created} END",
             "approvals": f"CASE WHEN {state} = 'awaiting_approval' THEN 0 ELSE 1 END"},
            self.count,
        )  # fmt: skip
        attempt = Attempt.objects.get(payout=like)
        self.copy(
            "payouts_attempt", attempt.pk,
            {"id": _id("t", created), "payout_id": _id("p", created), "amount": amount,
             "instruction_id": "'PO98I' || lpad(i::text, 11, '0')"},
            self.count,
        )  # fmt: skip
        self.cursor.execute(
            "UPDATE payouts_batch SET count = (SELECT count(*) FROM payouts_payout WHERE batch_id = payouts_batch.id) WHERE id = %s",
            [like.batch_id],
        )
        self.cursor.execute(
            "INSERT INTO payouts_hold (id, kind, payout_id, reason, alike, opened_at, lifted_reason)"
            " SELECT gen_random_uuid(), 'manual', id, 'Recipient called', '[]', now(), '' FROM payouts_payout"
            " WHERE status = 'scheduled' AND end_to_end_id LIKE 'PO99E%' ORDER BY id LIMIT 20"
        )

    def _fill_events(self):
        self.tell(f"{self.count * self.events} events")
        self.cursor.execute(
            "INSERT INTO events_event (uid, type, subject, sequence, partner_id, actor_kind, actor_id, actor_label,"
            " data, changes, created_at)"
            " SELECT gen_random_uuid(), 'payout.updated', audit_public_id('po', payouts_payout.id), number, partner_id, 'system', 'system',"
            " 'system', '{}', '{}', now() FROM payouts_payout, generate_series(1, %s) number"
            " WHERE NOT EXISTS (SELECT FROM events_event WHERE subject = audit_public_id('po', payouts_payout.id))",
            [self.events],
        )

    def copy(self, table, template, changes, count=None, source=""):
        """
        Insert copies of one row, in which the columns of `changes` are SQL over the number `i`.

        There are `count` of them, or one for each row of `source`, a join that has such a number.
        """
        columns = self.cursor.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            f" WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        ).fetchall()
        values = [f"({changes[name]})::{kind}" if name in changes else f'real."{name}"' for name, kind in columns]
        names = ", ".join(f'"{name}"' for name, _ in columns)
        source = source or f"CROSS JOIN generate_series(1::bigint, {count or self.recipients}) AS i"
        self.cursor.execute(
            f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {', '.join(values)} FROM {table} AS real {source}"
            f" WHERE real.id = '{template}'"
        )

    def id_of(self, kind):
        """Return SQL for the id of a row of a kind that stands beside the payouts."""
        return _id(kind, f"{self.now} - interval '1 hour' - ({self.count} - i) * interval '25 seconds'")

    @contextmanager
    def _without_indexes(self):
        """Build the indexes that are no constraints once, behind all the rows."""
        self.cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique",
            [_LARGE],
        )
        indexes = self.cursor.fetchall()
        for name, _ in indexes:
            self.cursor.execute(f"DROP INDEX {name}")
        yield
        self.tell("Indexes")
        for _, definition in indexes:
            self.cursor.execute(definition)


def _id(kind, at, number="i"):
    """Return SQL for the id of a row of a kind: a UUIDv7 of the moment, the same wherever it is asked for."""
    digest = f"md5('{kind}' || {number})"
    moment = f"lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0')"
    return f"({moment} || '7' || substr({digest}, 1, 3) || '8' || substr({digest}, 4, 15))"


def _pick(words, number):
    options = words.split()
    listed = ", ".join(f"'{word}'" for word in options)
    return f"(ARRAY[{listed}])[1 + ({number}) % {len(options)}]"
