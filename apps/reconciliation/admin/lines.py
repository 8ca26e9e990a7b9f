"""Lines that wait for a person, the bench at which one is matched, and what was matched to what."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.shortcuts import redirect
from django.utils.html import format_html
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.money import InvalidAmount, parse_amount
from apps.core.templatetags.portal import day, link, money, page_url, status, when
from apps.partners.models import Partner
from apps.reconciliation import alike, operations, queries, write_offs
from apps.reconciliation.admin.choices import choice_of, part_number, titled
from apps.reconciliation.admin.proposals import APPROVERS, CONFIRMERS, ids_of, proposals_of
from apps.reconciliation.admin.together import TogetherPages
from apps.reconciliation.effects import Effects, balances_of, consequences, decision_of, endings_of, target_id
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import LinePart, Match, Proposal, StatementLine
from apps.reconciliation.operations import Choice
from apps.reconciliation.operations.evidence import proven

PARTS_PER_PAGE = 50
MOST_FOUND = 200


class OpenFilter(admin.SimpleListFilter):
    """Shows what waits for a person unless somebody asks for more."""

    title = "lines"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("proposed", "Waits for a second person"),
            ("matched", "Matched"),
            ("noted", "Nothing to match"),
            ("all", "All"),
        ]

    def choices(self, changelist):
        yield {
            "selected": not self.value(),
            "query_string": changelist.get_query_string(remove=["state"]),
            "display": "To match",
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request, queryset):
        if self.value() == "proposed":
            return queryset.filter(Exists(Proposal.objects.open().about(OuterRef("pk"))))
        if self.value() in ("matched", "noted"):
            return queryset.filter(state=self.value())
        return queryset if self.value() == "all" else queryset.open()


@admin.register(StatementLine)
class StatementLineAdmin(TogetherPages, ReadOnlyAdmin):
    """Lines of statements; the page of one is the bench at which it is matched."""

    view_permission = "reconciliation.view_statement"
    list_title = "To match"
    page_template = "admin/reconciliation/line.html"
    list_display = ("name", "counterparty", "signed_amount", "state_label", "account", "value_day")
    list_filter = (OpenFilter, "sign", "bank_account")
    list_select_related = ("bank_account",)
    list_before_template = "admin/reconciliation/tabs.html"
    paginator = InfinitePaginator
    ordering = ("booked_on", "position")
    sortable_by = ()
    search_fields = ("bank_reference",)
    search_help_text = "Amount such as 125.50, our reference or end-to-end id, the bank's reference, or a line's id"

    @display(description="Booked")
    def name(self, line):
        return format_html('<span data-id="{}">{}</span>', line.public_id, day(line.booked_on))

    @display(description="From or to")
    def counterparty(self, line):
        part = next(iter(line.first_parts), None)
        text = (part.remittance.splitlines() or [""])[0] if part else ""
        name = (part.counterparty if part else "") or line.text[:80] or "–"
        return format_html('<span class="pp-two-lines">{}<small>{}</small></span>', name, text[:80])

    @display(description="Amount")
    def signed_amount(self, line):
        return money(line.amount if line.is_credit else -line.amount, line.currency, sign=True)

    @display(description="State")
    def state_label(self, line):
        label = status(line.state, line.get_state_display())
        if not line.is_proposed:
            return label
        return format_html("{} {}", label, status("proposed", Proposal.Status.PROPOSED.label))

    @display(description="Bank account")
    def account(self, line):
        return line.bank_account.name

    @display(description="Value day")
    def value_day(self, line):
        return day(line.value_on)

    def get_queryset(self, request):
        first = Prefetch("parts", LinePart.objects.filter(number=1), to_attr="first_parts")
        proposed = Exists(Proposal.objects.open().about(OuterRef("pk")))
        return super().get_queryset(request).annotate(is_proposed=proposed).prefetch_related(first)

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(pk=decode(StatementLine.id_prefix, term)), False
        except NotAnId:
            pass
        try:
            return queryset.filter(amount=parse_amount(term, "EUR")), False
        except InvalidAmount:
            pass
        named = LinePart.objects.filter(payout_reference=term.upper()).exclude(payout_reference="")
        lines = list(named.values_list("line_id", flat=True)[:MOST_FOUND])
        return queryset.filter(Q(pk__in=lines) | Q(bank_reference=term)), False

    def doors(self):
        return [
            self.door("<str:public_id>/match/", self.match, "match"),
            self.door("<str:public_id>/propose/", self.propose, "propose"),
            *self.together_doors(),
        ]

    def page_rows(self, request):
        return StatementLine.objects.select_related("bank_account", "statement", "notification")

    def page_context(self, request, line):
        parts = Paginator(line.parts.order_by("number"), PARTS_PER_PAGE).get_page(request.GET.get("page"))
        chosen = self._chosen_part(request, line)
        context = {
            "title": "Match a line" if line.is_open else "Line of a statement",
            "signed_amount": line.amount if line.is_credit else -line.amount,
            "parts": parts,
            "chosen": chosen,
            "matches": _live_matches(request, line),
            "undone": line.matches.exclude(undone_at=None)
            .exclude(kind=Kind.SUSPENSE)
            .select_related("undone_by", "payout", "partner")[:20],
            "waiting": StatementLine.objects.open().filter(bank_account=line.bank_account_id)[:100].count(),
            "previous": _neighbor(line, -1),
            "following": _neighbor(line, 1),
            "may_match": request.user.has_perm("reconciliation.match_line"),
            "may_undo": request.user.has_perm("reconciliation.undo_match"),
            **proposals_of(request, line, chosen and chosen.part),
        }
        if chosen:
            fee, write_off = (Choice(kind.value, None, chosen.part.number) for kind in (Kind.FEE, Kind.WRITE_OFF))
            choices = [found.choice for found in chosen.candidates]
            effects, sure = Effects(line, chosen.part, [*choices, fee, write_off]), proven(line, chosen.part, choices)
            context["candidates"] = [
                {
                    "found": found,
                    "title": titled(found.title, target_id(found.choice)),
                    "target": target_id(found.choice),
                    "moves": effects.of(found.choice),
                    "is_proven": found.choice in sure,
                }
                for found in chosen.candidates
            ]
            context["fee_moves"] = effects.of(fee)
            context["write_off_moves"] = effects.of(write_off)
            context["write_off_limit"] = write_offs.limit_in_force(line.currency)
            context["alike"] = alike.lines_like(line, chosen.part) if context["may_match"] else []
            context["alike_amount"] = sum(other.amount for other in context["alike"])
            if line.is_credit:
                context["platforms"] = Partner.objects.filter(mode=line.bank_account.mode).order_by("name")
        return context

    def _chosen_part(self, request, line):
        if not line.is_open:
            return None
        number = part_number(request.GET.get("part"))
        if number is None:
            number = line.parts.filter(is_open=True).order_by("number").values_list("number", flat=True).first()
        return next(iter(queries.open_parts(line, number)), None)

    def match(self, request, public_id):
        line = self.row_or_404(public_id)
        try:
            line = operations.match_line(line.pk, choice_of(request.POST), by=request.user)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect(page_url(line))
        what = Kind(request.POST["kind"]).label.lower()
        text, following = self._next(line)
        messages.success(request, f"{line.amount_text} of {day(line.booked_on)} is matched: {what}. {text}")
        return redirect(page_url(following) if following else "admin:reconciliation_statementline_changelist")

    def propose(self, request, public_id):
        line = self.row_or_404(public_id)
        try:
            choice, reason = choice_of(request.POST), request.POST.get("reason", "")
            others = ids_of(StatementLine, request.POST.getlist("with")) if "all" in request.POST else []
            if others:
                ids = [line.pk, *others]
                [proposal, *_] = made = operations.propose_matches(
                    ids, choice.kind, choice.target, by=request.user, reason=reason
                )
            else:
                made = [proposal := operations.propose_match(line.pk, choice, by=request.user, reason=reason)]
        except DomainError as refusal:
            tell_refusal(request, refusal)
        else:
            what = f"Proposed{f' for {len(made)} lines' if others else ''}: {proposal}."
            who = APPROVERS if proposal.kind == Kind.WRITE_OFF else CONFIRMERS
            messages.success(request, f"{what} Nothing has changed; {who.lower()}")
        return redirect(page_url(line))

    def _next(self, line):
        """Return what to say of the lines that still wait on the account, and which is the next."""
        waiting = StatementLine.objects.open().filter(bank_account=line.bank_account_id)
        following = line if line.is_open else waiting.order_by("booked_on", "position").first()
        if following:
            rest = waiting[:100].count()
            more = f"{rest} more line{'s wait' if rest > 1 else ' waits'}; this is the next."
            more = "Other parts of it still wait." if following == line else more
        else:
            more = "No other line of this account waits; its day can be closed."
        return more, following


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    """What lines were matched to, by rule or by whom, and what was undone."""

    view_permission = "reconciliation.view_statement"
    list_display = ("line_link", "kind_label", "matched_to", "amount_text", "who", "why", "state_label")
    list_display_links = None
    list_filter = ("kind", "automatic", ("undone_at", admin.EmptyFieldListFilter))
    list_select_related = ("line", "payout", "partner", "matched_by", "undone_by")
    list_before_template = "admin/reconciliation/tabs.html"
    paginator = InfinitePaginator
    ordering = ("-id",)
    sortable_by = ()

    @display(description="Line")
    def line_link(self, match):
        return link(match.line, day(match.line.booked_on))

    @display(description="Kind")
    def kind_label(self, match):
        return match.get_kind_display()

    @display(description="Matched to")
    def matched_to(self, match):
        return link(match.payout) if match.payout else match.partner or "–"

    @display(description="Amount")
    def amount_text(self, match):
        return money(match.amount, match.line.currency)

    @display(description="By")
    def who(self, match):
        return "a rule" if match.automatic else match.matched_by or "the system"

    @display(description="Evidence")
    def why(self, match):
        return match.evidence or "–"

    @display(description="State")
    def state_label(self, match):
        if match.is_live:
            return status("suspense", "Waits") if match.kind == Kind.SUSPENSE else status("matched")
        return format_html("{} {}", status("undone"), when(match.undone_at))

    def doors(self):
        return [self.door("<str:public_id>/undo/", self.propose_undo, "undo")]

    def propose_undo(self, request, public_id):
        match = self.row_or_404(public_id, Match.objects.select_related("line"))
        reason = request.POST.get("reason", "")
        who = APPROVERS if match.kind == Kind.WRITE_OFF else CONFIRMERS
        done = f"Proposed to undo the match. Nothing has changed; {who.lower()}"
        return act(request, page_url(match.line), operations.propose_undo, match.pk, reason=reason, done=done)


def _neighbor(line, step):
    """Return the line that waits on the same account before (-1) or after (1) this one."""
    waiting = StatementLine.objects.open().filter(bank_account=line.bank_account_id)
    if step > 0:
        behind = Q(booked_on__gt=line.booked_on) | Q(booked_on=line.booked_on, position__gt=line.position)
        return waiting.filter(behind).order_by("booked_on", "position").first()
    ahead = Q(booked_on__lt=line.booked_on) | Q(booked_on=line.booked_on, position__lt=line.position)
    return waiting.filter(ahead).order_by("-booked_on", "-position").first()


def _live_matches(request, line):
    """Return a page of the line's matches, each with what undoing it would bring about."""
    rows = (
        line.matches.filter(undone_at=None)
        .exclude(kind=Kind.SUSPENSE)
        .select_related("part", "payout__recipient_version", "partner", "matched_by", "proposal__proposed_by")
        .order_by("part__number", "pk")
    )
    page = Paginator(rows, PARTS_PER_PAGE).get_page(request.GET.get("matches"))
    matches = page.object_list = list(page.object_list)
    endings = endings_of(matches)
    balances, seen = balances_of(endings.values()), set()
    others = {pk for ending in endings.values() for pk in ending.lines} - {line.pk}
    lines = StatementLine.objects.in_bulk(others) if others else {}
    for match in matches:
        match.line, decision = line, decision_of(match)
        match.is_first, match.ending = decision not in seen, endings[decision]
        seen.add(decision)
        match.others = [lines[pk] for pk in sorted(match.ending.lines & others)] if match.is_first else []
        match.consequences = consequences(match.ending, balances) if match.is_first else []
    return page
