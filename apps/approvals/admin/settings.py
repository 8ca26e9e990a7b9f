"""Settings that are money: what holds, what waits for a second person, and how it came to be."""

from dataclasses import replace
from datetime import UTC, datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse
from unfold.paginator import InfinitePaginator

from apps.approvals import operations
from apps.approvals.kinds import KINDS, difference
from apps.approvals.models import SettingVersion
from apps.approvals.operations import SettingDraft
from apps.approvals.people import approvers, present_approvers
from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.database import database_now
from apps.core.errors import DomainError, Fault, Invalid
from apps.core.ids import NotAnId, decode
from apps.core.money import is_currency
from apps.core.templatetags.portal import page_url
from apps.partners.models import Partner

MOST_SHOWN = 100
MOST_ENDED = 10
PUBLISHERS = "An administrator or a compliance officer who has not written it publishes it."


@admin.register(SettingVersion)
class SettingAdmin(ReadOnlyAdmin):
    """What holds now, by kind; each version has a page with what it changes, and its author and a second person act there."""

    view_permission = "approvals.view_setting"
    page_template = "admin/settings/setting.html"
    paginator = InfinitePaginator

    def get_urls(self):
        new = path("new/", self.admin_site.admin_view(self.new_view), name="approvals_settingversion_new")
        change = path(
            "<str:public_id>/draft/", self.admin_site.admin_view(self.draft_view), name="approvals_settingversion_draft"
        )
        return [new, change, *super().get_urls()]

    def doors(self):
        return [
            self.door("<str:public_id>/propose/", self.propose, "propose"),
            self.door("<str:public_id>/publish/", self.publish, "publish"),
            self.door("<str:public_id>/refuse/", self.refuse, "refuse"),
            self.door("<str:public_id>/withdraw/", self.withdraw, "withdraw"),
        ]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        now, versions = database_now(), SettingVersion.objects.select_related("partner", "author", "decided_by")
        held = [_told(version) for version in versions.in_force(now)[:MOST_SHOWN]]
        drafts = versions.filter(status=SettingVersion.Status.DRAFT, author__in=request.user.people_behind)
        context = {
            "title": "Settings",
            "kinds": [
                {"kind": kind, "rows": [row for row in held if row["version"].kind == kind.kind]}
                for kind in KINDS.values()
            ],
            "waiting": [_told(version) for version in versions.proposed()[:MOST_SHOWN]],
            "coming": [_told(version) for version in versions.coming(now)[:MOST_SHOWN]],
            "drafts": [_told(version) for version in drafts[:MOST_SHOWN]],
            "ended": [_told(version) for version in versions.filter(status__in=("refused", "withdrawn"))[:MOST_ENDED]],
            "may_propose": request.user.has_perm("approvals.propose_setting"),
        }
        return self.render(request, "admin/settings/settings.html", context)

    def page_rows(self, request):
        return SettingVersion.objects.select_related("partner", "author", "decided_by")

    def page_context(self, request, version):
        kind, person, now = KINDS[version.kind], request.user, database_now()
        same = self.page_rows(request).filter(
            kind=version.kind, partner=version.partner_id, currency=version.currency, name=version.name
        )
        held = same.in_force(now).exclude(pk=version.pk).first()
        before = same.published().filter(version=version.replaces).first() if version.is_published else held
        context = {
            "title": place_of(version),
            "kind": kind,
            "before": before,
            "lines": difference(kind, version.currency, before and before.content, version.content),
            "history": same.exclude(pk=version.pk)[:MOST_SHOWN],
            "is_in_force": version.is_published and same.in_force(now).first() == version,
            "people": PUBLISHERS,
            **_may(version, person),
        }
        if kind.preview and (version.is_draft or version.is_proposed):
            context["preview"] = kind.preview(version)
            if kind.check_people:
                here = list(present_approvers(max(now, version.begins_at or now)))
                context |= {"present": here, "approvers": approvers().count()}
        return context

    def new_view(self, request):
        """Write a draft: first which setting, then what it says."""
        if not request.user.has_perm("approvals.propose_setting"):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        try:
            place = _place(asked)
        except DomainError as refusal:
            if asked:
                tell_refusal(request, refusal)
            context = {"title": "Change a setting", "kinds": KINDS.values(), "asked": asked, "partners": _partners()}
            return self.render(request, "admin/settings/new.html", context)
        kind, versions = KINDS[place.kind], SettingVersion.objects
        if request.method == "POST":
            try:
                content = kind.read(place.currency, request.POST)
                draft = replace(place, content=content, begins_at=_time(asked), reason=asked.get("reason", ""))
                version = operations.draft_setting(draft, by=request.user)
            except DomainError as refusal:
                tell_refusal(request, refusal)
            else:
                messages.success(request, "The draft is kept. Look at what it changes, then propose it.")
                return redirect(page_url(version))
        held = versions.about(place.kind, place.partner_id, place.currency, place.name).in_force(database_now()).first()
        whose = versions.model(kind=place.kind, currency=place.currency, name=place.name)
        whose.partner = Partner.objects.filter(pk=place.partner_id).first() if place.partner_id else None
        context = {"title": f"Change: {place_of(whose)}", "hidden": _hidden(asked), "back": _list()}
        return self._form(request, kind, place.currency, held and held.content, context)

    def draft_view(self, request, public_id):
        """Write a draft of one's own anew."""
        if not request.user.has_perm("approvals.propose_setting"):
            raise PermissionDenied
        version = self.row_or_404(public_id, self.page_rows(request))
        kind = KINDS[version.kind]
        if not _may(version, request.user)["may_change"]:
            messages.error(request, "Only its author changes it, as long as it is a draft.")
            return redirect(page_url(version))
        if request.method == "POST":
            try:
                content = kind.read(version.currency, request.POST)
                begins_at, reason = _time(request.POST), request.POST.get("reason", "")
                operations.change_draft(version.pk, content, begins_at=begins_at, reason=reason, by=request.user)
            except DomainError as refusal:
                tell_refusal(request, refusal)
            else:
                messages.success(request, "The draft is changed.")
                return redirect(page_url(version))
        context = {"title": f"Draft: {place_of(version)}", "version": version, "hidden": [], "back": page_url(version)}
        return self._form(request, kind, version.currency, version.content, context)

    def _form(self, request, kind, currency, content, context):
        """Show the inputs of a kind with what holds, or with what was entered if that was refused."""
        entered, version = request.POST, context.get("version")
        rows = [
            [replace(field, value=entered.get(field.name, field.value)) for field in row]
            for row in kind.form(currency, content)
        ]
        begins_at = f"{version.begins_at:%Y-%m-%dT%H:%M}" if version and version.begins_at else ""
        context |= {
            "kind": kind,
            "rows": rows,
            "reason": entered.get("reason", version.reason if version else ""),
            "begins_at": entered.get("begins_at", begins_at),
        }
        return self.render(request, "admin/settings/form.html", context)

    def propose(self, request, public_id):
        done = f"Proposed. {PUBLISHERS}"
        return self._act(request, public_id, operations.propose_setting, done=done)

    def publish(self, request, public_id):
        return self._act(request, public_id, operations.publish_setting, done=_published)

    def refuse(self, request, public_id):
        reason = request.POST.get("reason", "")
        done = "Refused; nothing has changed."
        return self._act(request, public_id, operations.refuse_setting, reason=reason, done=done)

    def withdraw(self, request, public_id):
        return self._act(request, public_id, operations.withdraw_setting, done="Taken back; nothing has changed.")

    def _act(self, request, public_id, operation, *, done, **details):
        version = self.row_or_404(public_id)
        return act(request, page_url(version), operation, version.pk, done=done, **details)


def place_of(version) -> str:
    """Say which setting a version is of: "Approval policies, Quillmarket, EUR"."""
    kind = KINDS[version.kind]
    whose = [str(version.partner) if version.partner else "every platform"] if "partner" in kind.places else []
    return ", ".join([kind.title, *whose, *(part for part in (kind.names.get(version.name), version.currency) if part)])


def _told(version) -> dict:
    kind = KINDS[version.kind]
    return {"version": version, "place": place_of(version), "lines": kind.lines(version.currency, version.content)}


def _published(version) -> str:
    if version.begins_at > version.decided_at:
        return f"Published. It holds from {version.begins_at:%-d %b %Y, %H:%M} UTC on."
    return "Published. It holds from now on; what was judged before keeps the version it was judged by."


def _may(version, person) -> dict:
    """Return which buttons this person may press, and why others are not there."""
    is_own = version.author_id in person.people_behind
    may_propose, may_publish = (person.has_perm(f"approvals.{what}_setting") for what in ("propose", "publish"))
    return {
        "is_own": is_own,
        "may_change": version.is_draft and is_own and may_propose,
        "may_withdraw": (version.is_draft or version.is_proposed) and is_own and may_propose,
        "may_decide": version.is_proposed and may_publish and not is_own,
        "may_draft": may_propose,
    }


def _place(asked) -> SettingDraft:
    """
    Return which setting a form or an address names.

    :raises Invalid: saying what is missing.
    """
    kind = KINDS.get(asked.get("kind", ""))
    if kind is None:
        raise Invalid("Choose what to change.")
    currency, name, partner = (asked.get(field, "").strip() for field in ("currency", "name", "partner"))
    faults = []
    if "currency" in kind.places and not is_currency(currency):
        faults.append(Fault("/currency", "unknown-currency", "Write a currency, such as EUR."))
    if "name" in kind.places and name not in kind.names:
        faults.append(Fault("/name", "unknown-name", f"Choose one of: {', '.join(kind.names.values())}."))
    try:
        partner_id = decode("ptn", partner) if partner and "partner" in kind.places else None
    except NotAnId:
        faults.append(Fault("/partner", "unknown-partner", "Choose a platform."))
    if faults:
        raise Invalid("Say which setting.", errors=faults)
    currency = currency if "currency" in kind.places else ""
    return SettingDraft(kind.kind, {}, partner_id, currency, name if "name" in kind.places else "")


def _time(form):
    """Return the moment a form says, in UTC; None: at once."""
    text = form.get("begins_at", "").strip()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError as error:
        fault = Fault("/begins_at", "not-a-time", "Write the time as 2027-01-31 15:00, or leave it empty.")
        raise Invalid("The setting has faults.", errors=[fault]) from error


def _hidden(asked) -> list:
    return [(name, asked.get(name, "")) for name in ("kind", "partner", "currency", "name")]


def _partners() -> list:
    return list(Partner.objects.order_by("name")[:MOST_SHOWN])


def _list() -> str:
    return reverse("admin:approvals_settingversion_changelist")
