"""Files of payouts that people bring: uploading one, naming its columns, seeing what would come of it, committing it."""

import csv
from datetime import date

from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.money import format_amount
from apps.core.templatetags import portal
from apps.core.text import no_formula, whole_number
from apps.partners.models import Partner
from apps.payouts import operations
from apps.payouts.models import Plan, PlanRow
from apps.payouts.plans.columns import FIXED, MEMBERS, letter
from apps.payouts.plans.representation import faults_of
from apps.payouts.plans.tables import NAMES
from apps.rails.registry import RAILS

ROWS_PER_PAGE = 50
HASH_SECONDS = 3600
"""How long what a page has shown can be committed."""
_SALT = "payouts.plan"
_EXTENSIONS = {"csv": "csv", "txt": "csv", "xlsx": "xlsx", "xlsm": "xlsx", "jsonl": "jsonl", "ndjson": "jsonl"}
_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = {
    "": ("All rows", Q()),
    "faulty": ("With faults", ~Q(faults=[], repeats=[])),
    "look": (
        "Worth a look",
        Q(faults=[], repeats=[]) & (Q(twins__gt=0) | Q(answer__screening="review") | ~Q(answer__duplicates=[])),
    ),
    "created": ("Created", Q(status="created")),
    "refused": ("Refused", Q(status="refused")),
}


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    view_permission = "payouts.view_payout"
    page_template = "admin/payouts/plan.html"
    list_display = ("what", "platform", "status_label", "rows", "money", "uploaded")
    list_filter = ("status",)
    list_select_related = ("partner", "created_by")
    paginator = InfinitePaginator
    list_before_template = "admin/payouts/batch_tabs.html"
    sortable_by = ()
    search_fields = ("reference__exact", "file_name__exact", "sha256__exact")
    search_help_text = "Reference, file name or SHA-256, whole"

    @display(description="File")
    def what(self, plan):
        return format_html(
            '<span data-id="{}">{}</span><br><small class="pp-subtle">{}</small>',
            plan.public_id, plan.reference, plan.file_name or plan.get_format_display(),
        )  # fmt: skip

    @display(description="Platform")
    def platform(self, plan):
        return plan.partner.name

    @display(description="Status")
    def status_label(self, plan):
        return portal.status(plan.status, plan.get_status_display())

    @display(description="Rows")
    def rows(self, plan):
        faulty = plan.faulty if plan.plan_hash else 0
        note = format_html('<br><small class="pp-bad-text">{} with faults</small>', portal.thousands(faulty))
        return format_html(
            '<div class="pp-number">{}{}</div>', portal.thousands(plan.rows_read), note if faulty else ""
        )

    @display(description="Valid rows")
    def money(self, plan):
        sums = [portal.money(total["amount"], currency) for currency, total in plan.totals.items() if total["amount"]]
        return format_html(
            '<div class="pp-number">{}</div>', sums[0] if len(sums) == 1 else f"{len(sums)} currencies" if sums else "–"
        )

    @display(description="Uploaded")
    def uploaded(self, plan):
        return format_html("{}<br><small>{}</small>", portal.when(plan.created_at), plan.created_by)

    def doors(self):
        upload = self.admin_site.admin_view(self.upload)
        errors = self.admin_site.admin_view(require_safe(self.errors))
        return [
            path("upload/", upload, name="payouts_plan_upload"),
            path("<str:public_id>/errors.csv", errors, name="payouts_plan_errors"),
            self.door("<str:public_id>/columns/", self.columns, "columns"),
            self.door("<str:public_id>/commit/", self.commit, "commit"),
            self.door("<str:public_id>/cancel/", self.cancel, "cancel"),
            self.door("<str:public_id>/download/", self.download, "download"),
        ]

    def upload(self, request):
        """Take a file that a person brings, or say why it is refused."""
        if not request.user.has_perm("payouts.create_payout"):
            raise PermissionDenied
        context = {
            "title": "Upload payouts",
            "platforms": Partner.objects.filter(status="active").order_by("name"),
            "platform": request.POST.get("platform", ""),
            "reference": request.POST.get("reference", ""),
        }
        if request.method == "POST":
            try:
                return self._upload(request)
            except DomainError as refusal:
                context |= {"refusal": refusal, "file_name": getattr(request.FILES.get("file"), "name", "The upload")}
        return self.render(request, "admin/payouts/upload.html", context)

    def _upload(self, request):
        upload, partner = request.FILES.get("file"), _platform(request.POST.get("platform", ""))
        extension = upload.name.rpartition(".")[2].lower() if upload else ""
        if partner is None or upload is None or extension not in _EXTENSIONS:
            raise CannotUpload("Choose a platform and a file that ends in .csv, .xlsx or .jsonl.")
        plan = operations.create_plan(
            partner.pk, request.POST.get("reference", ""), upload,
            by=request.user, file_name=upload.name, declared=_EXTENSIONS[extension],
        )  # fmt: skip
        messages.success(request, f"{plan.file_name} is kept, and is being read. Nothing is paid yet.")
        return redirect(portal.page_url(plan))

    def page_rows(self, request):
        return Plan.objects.select_related("partner", "created_by", "committed_by", "batch")

    def page_context(self, request, plan):
        show = request.GET.get("show", "")
        show = show if show in SHOWN else ""
        after = whole_number(request.GET.get("after"), 7) or 0
        rows = PlanRow.objects.filter(SHOWN[show][1], plan=plan, number__gt=after).select_related("payout")
        rows = list(rows.order_by("number")[: ROWS_PER_PAGE + 1])
        may_act = request.user.has_perm("payouts.create_payout")
        return {
            "title": f"File {plan.reference}",
            "format_name": NAMES[plan.format],
            "is_busy": plan.status in (Plan.Status.READING, Plan.Status.COMMITTING),
            "settled": plan.created + plan.refused,
            "totals": sorted(plan.totals.items()),
            "rows": [_shown(row, plan) for row in rows[:ROWS_PER_PAGE]],
            "next": rows[ROWS_PER_PAGE - 1].number if len(rows) > ROWS_PER_PAGE else None,
            "after": after,
            "show": show,
            "tabs": [
                (name, title)
                for name, (title, _) in SHOWN.items()
                if name not in ("created", "refused") or plan.committed_at
            ],
            "changes": _told(plan),
            "columns": _columns(plan) if plan.header and may_act else (),
            "members": MEMBERS.items(),
            "fixed": [(name, MEMBERS[name], plan.fixed.get(name, "")) for name in FIXED],
            "may_act": may_act,
            "may_download": request.user.has_perm("rails.download_file"),
            "signed": _sign(plan, request.user) if plan.status == Plan.Status.PLANNED else "",
        }

    def columns(self, request, public_id):
        plan = self.row_or_404(public_id)
        named = [request.POST.get(f"column-{place}", "") for place in range(len(plan.header))]
        fixed = {name: text for name in FIXED if (text := request.POST.get(f"fixed-{name}", "").strip())}
        done = "The file is read again with these columns; they are kept for the platform's next file."
        return act(request, portal.page_url(plan), operations.name_columns, plan.pk, named, fixed, done=done)

    def commit(self, request, public_id):
        """Commit a plan as its page has shown it to this person."""
        plan = self.row_or_404(public_id)
        back, mode = portal.page_url(plan), request.POST.get("mode", "")
        try:
            shown = signing.loads(request.POST.get("signed", ""), salt=_SALT, max_age=HASH_SECONDS)
        except signing.BadSignature:
            shown = {}
        if (shown.get("plan"), shown.get("person")) != (plan.public_id, request.user.public_id):
            messages.error(
                request, "This page is too old, or somebody else's. Nothing was committed; look at it again."
            )
            return redirect(back)
        done = "It is being committed; this page shows how far it is."
        return act(request, back, operations.commit_plan, plan.pk, plan_hash=shown["hash"], mode=mode, done=done)

    def cancel(self, request, public_id):
        plan = self.row_or_404(public_id)
        return act(request, portal.page_url(plan), operations.cancel_plan, plan.pk, done="The plan is cancelled.")

    def download(self, request, public_id) -> HttpResponseBase:
        plan = self.row_or_404(public_id)
        try:
            plan, file = operations.download_plan_file(plan.pk, by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(portal.page_url(plan))
        name = f"{plan.public_id}.{plan.format}"
        pieces = iter(lambda: file.read(64 * 1024), b"")
        return _attachment(pieces, name, _TYPES[plan.format])

    def errors(self, request, public_id):
        """Answer with every fault of every row as CSV, in which no cell is a formula."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        plan = self.row_or_404(public_id)
        return _attachment(_error_lines(plan), f"{plan.public_id}-errors.csv", "text/csv; charset=utf-8")


class CannotUpload(DomainError):
    """What was sent is no file for a platform."""

    code = "cannot-upload"
    title = "Nothing was uploaded"


def _platform(public_id):
    try:
        return Partner.objects.filter(pk=decode(Partner.id_prefix, public_id), status="active").first()
    except NotAnId:
        return None


def _sign(plan, person) -> str:
    content = {"person": person.public_id, "plan": plan.public_id, "hash": plan.plan_hash}
    return signing.dumps(content, salt=_SALT)


def _attachment(content, name, content_type):
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(content, content_type=content_type, headers=headers)


def _shown(row, plan) -> dict:
    """Return what the page shows of a row."""
    rail = RAILS.get(row.answer.get("rail"))
    return {
        "row": row,
        "answer": row.answer,
        "arrives_on": date.fromisoformat(row.answer["arrives_on"]) if row.answer else None,
        "rail": rail.title if rail else "",
        "faults": faults_of(row, plan),
        "duplicates": row.answer.get("duplicates", ()),
    }


def _columns(plan) -> list:
    """Return each column's letter, its heading and what it holds."""
    named = plan.columns or [""] * len(plan.header)
    return [
        {"place": place, "letter": letter(place), "heading": heading, "member": member}
        for place, (heading, member) in enumerate(zip(plan.header, named, strict=True))
    ]


def _told(plan) -> list[dict]:
    """Return the changes of a plan in words: where, what was shown, and what is."""
    places = [change["pointer"].strip("/").split("/") for change in plan.changes]
    numbers = {int(parts[1]) for parts in places if parts[0] == "rows"}
    lines = dict(plan.rows.filter(number__any_of=numbers).values_list("number", "line")) if numbers else {}
    told = []
    for change, parts in zip(plan.changes, places, strict=True):
        is_row = parts[0] == "rows"
        where = f"Line {lines.get(int(parts[1]), '–')}, {' '.join(parts[2:])}" if is_row else " ".join(parts)
        told.append({"where": portal.words(where), "old": _plain(change["old"]), "new": _plain(change["new"])})
    return told


def _plain(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value in (None, "") else str(value)


def _error_lines(plan):
    """Yield the lines of a CSV with a line per fault."""
    writer = csv.writer(_Echo())
    yield writer.writerow(["line", "reference", "amount", "currency", "column", "member", "code", "what to do"])
    rows = PlanRow.objects.faulty().filter(plan=plan).order_by("number").iterator(chunk_size=500)
    for row in rows:
        amount = format_amount(row.amount, row.currency) if row.amount else ""
        for fault in faults_of(row, plan):
            cells = [row.line, row.reference, amount, row.currency, fault["column"] or "", fault["pointer"].lstrip("/")]
            yield writer.writerow(
                [no_formula("" if cell is None else str(cell)) for cell in (*cells, fault["code"], fault["detail"])]
            )


class _Echo:
    """Hands a line that was written back to whoever wrote it."""

    def write(self, line):
        return line
