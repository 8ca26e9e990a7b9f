"""
What the pages of the admin share.

Lists and pages only show. Whatever a person does goes through a *door*: a POST that calls one operation, tells what
came of it and leads back.
"""

from functools import wraps

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from apps.core import refusals
from apps.core.errors import DomainError, Fault, Invalid
from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import page_url
from apps.core.text import forbidden_in

MOST_FAULTS_SHOWN = 5
SECRETS = {"password", "present", "new", "again"}
"""Fields of forms that are never written into a page, and may hold any character."""


def act(request, back, operation, *args, done, **details):
    """
    Call one operation for the person who pressed a button, tell them what came of it, and lead them to `back`.

    `done` is what to say, or makes it from what the operation returned. Text with characters that cannot be seen, or that
    turn the direction of what follows, comes to no operation.
    """
    try:
        _require_visible_text(request.POST)
        outcome = operation(*args, by=request.user, **details)
    except DomainError as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, done(outcome) if callable(done) else done)
    return redirect(back)


def _require_visible_text(form) -> None:
    for name, values in form.lists():
        found = "" if name in SECRETS else next(filter(None, map(forbidden_in, values)), "")
        if found:
            detail = f"The character U+{ord(found):04X} is not allowed in “{name.replace('_', ' ')}”. Nothing was done."
            raise Invalid(detail, errors=[Fault(f"/{name}", "forbidden-character", detail)])


def tell_refusal(request, refusal: DomainError) -> None:
    """Show a refusal with its faults, and note it for the audit trail."""
    refusals.note_error(request.user, refusal)
    faults = [fault.detail for fault in refusal.errors]
    more = f" And {len(faults) - MOST_FAULTS_SHOWN} more." if len(faults) > MOST_FAULTS_SHOWN else ""
    detail = (
        []
        if refusal.detail in faults
        else [refusal.detail if refusal.detail.endswith((".", ":")) else f"{refusal.detail}:"]
    )
    messages.error(request, " ".join(detail + faults[:MOST_FAULTS_SHOWN]) + more)


class PublicIdChangeList(ChangeList):
    def url_for_result(self, result):
        return page_url(result)


class ReadOnlyAdmin(ModelAdmin):
    """
    A list of rows and one page for each, addressed by public id. Nobody adds, changes or deletes anything here.

    Subclasses name the permission that opens them and the template of the page, and fill `page_context`. `doors` are the
    addresses at which buttons arrive. `list_title` is what the menu or the tabs call the list, where that is not the
    plural of its rows.
    """

    view_permission: str
    shows_people = False
    """Whether its pages say whom payouts go to: that an auditor read one is recorded (`apps.events.middleware`)."""
    list_title = ""
    page_template: str | None = None
    actions = None
    list_fullwidth = True
    list_per_page = 50
    empty_value_display = "–"
    show_full_result_count = False

    def changelist_view(self, request, extra_context=None):
        title = self.list_title or capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(self.view_permission)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_changelist(self, request, **kwargs):
        return PublicIdChangeList

    def get_list_display_links(self, request, list_display):
        return super().get_list_display_links(request, list_display) if self.page_template else None

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        urls = [path("", self._only_shown(self.changelist_view), name=f"{name}_changelist"), *self.doors()]
        if self.page_template:
            urls.append(path("<str:public_id>/", self._only_shown(self.page_view), name=f"{name}_change"))
        return urls

    def lookup_allowed(self, lookup, value, request):
        """
        Let an address ask only what the list's filters ask.

        Django lets it ask about every column of the table, and so lets whoever sees the list guess, letter by letter,
        what is not shown: the digest of a password, the index of an account number.
        """
        return lookup in self._lookups() and "\0" not in value

    def _lookups(self) -> set:
        found = set()
        for one in self.list_filter:
            name = getattr(one, "parameter_name", one)
            name = name[0] if isinstance(name, tuple) else name
            found |= {name, *(f"{name}__{lookup}" for lookup in ("exact", "id__exact", "isempty", "isnull"))}
        return found

    def _only_shown(self, view):
        """Return the view of a list or a page, which refuses every form and each question that it does not know."""

        @wraps(view)
        def shown(request, *args, **kwargs):
            if request.method == "POST":  # an action of Django's, such as `delete_selected`: there is none
                raise PermissionDenied
            asked = {name: value for name, value in request.GET.items() if "__" in name}
            if not all(self.lookup_allowed(name, value, request) for name, value in asked.items()):
                raise BadRequest("A list was asked what none of its filters asks.")
            if {IS_POPUP_VAR, TO_FIELD_VAR} & request.GET.keys():
                raise BadRequest("No form chooses rows from a list.")
            return view(request, *args, **kwargs)

        return self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(shown))

    def doors(self) -> list:
        """Return the addresses of this admin besides the list and the pages."""
        return []

    def door(self, address, view, name):
        """Return a path at which a button arrives: a POST by somebody who is signed in."""
        view = self.admin_site.admin_view(require_POST(view))
        return path(address, view, name=f"{self.opts.app_label}_{self.opts.model_name}_{name}")

    def row_or_404(self, public_id, queryset=None):
        """Return the row with this public id."""
        try:
            pk = decode(self.model.id_prefix, public_id)
        except NotAnId as error:
            raise Http404 from error
        rows = self.model._default_manager.all() if queryset is None else queryset
        row = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def page_rows(self, request):
        """Return the rows that have a page, joined with what the page shows of each."""
        return self.get_queryset(request)

    def page_view(self, request, public_id):
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.row_or_404(public_id, self.page_rows(request))
        context = {"row": row, "title": str(row), **self.page_context(request, row)}
        if self.shows_people:
            request.shows_person_of = row.public_id
        return self.render(request, self.page_template, context)

    def page_context(self, request, row) -> dict:
        """Return what the page's template shows beside `row`; `title` stands in the header."""
        return {}

    def render(self, request, template, context):
        """Answer with a page of this admin."""
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, self.admin_site.each_context(request) | context)
