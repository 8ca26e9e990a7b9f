"""People and the roles they hold."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.core.permissions import ConfirmationNeeded
from apps.core.templatetags.portal import page_url, status, when
from apps.users import operations
from apps.users.models import PersonLink, RoleAssignment, SignIn, User
from apps.users.queries import links_of, second_factor_of, sign_ins_of
from apps.users.roles import ROLES, conflicts_with, permissions_of


class PersonAdmin(ReadOnlyAdmin):
    """
    People who sign in; the service users of platforms have no page, their keys do.

    `apps.payouts` registers it, with the way to shut somebody out: that reaches as far as what they have approved.
    """

    view_permission = "users.view_user"
    shows_people = True
    list_title = "People"
    page_template = "admin/users/person.html"
    list_display = ("person", "email", "role_labels", "active_label", "signed_in")
    list_filter = ("is_active",)
    list_before_template = "admin/users/tabs.html"
    ordering = ("name",)
    sortable_by = ()
    search_fields = ("email__istartswith", "name__istartswith")
    search_help_text = "Beginning of the name or the email address"

    @display(description="Name")
    def person(self, person):
        return format_html('<span data-id="{}">{}</span>', person.public_id, person.name)

    @display(description="Roles")
    def role_labels(self, person):
        held = ((status(found.role, str(found)),) for found in person.role_assignments.all())
        return format_html_join(" ", "{}", held) or "none"

    @display(description="Access")
    def active_label(self, person):
        return status("active") if person.is_active else status("failed", "Shut out")

    @display(description="Last sign-in")
    def signed_in(self, person):
        return when(person.last_login)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(kind=User.Kind.PERSON).prefetch_related("role_assignments")

    def get_urls(self):
        new = path("new/", self.admin_site.admin_view(self.new_view), name="users_user_new")
        return [new, *super().get_urls()]

    def doors(self):
        return [
            self.door("<str:public_id>/assign/", self.assign, "assign"),
            self.door("<str:public_id>/remove/", self.remove, "remove"),
            self.door("<str:public_id>/reactivate/", self.reactivate, "reactivate"),
            self.door("<str:public_id>/set-password/", self.set_password, "set_password"),
            self.door("<str:public_id>/reset-second-factor/", self.reset_second_factor, "reset_second_factor"),
            self.door("<str:public_id>/end-sign-in/", self.end_sign_in, "end_sign_in"),
            self.door("<str:public_id>/link/", self.propose_link, "link"),
            self.door("<str:public_id>/link/confirm/", self.confirm_link, "confirm_link"),
            self.door("<str:public_id>/link/refuse/", self.refuse_link, "refuse_link"),
        ]

    def page_rows(self, request):
        held = RoleAssignment.objects.select_related("assigned_by")
        return User.objects.filter(kind=User.Kind.PERSON).prefetch_related(Prefetch("role_assignments", held))

    def page_context(self, request, person):
        held = [found.role for found in person.role_assignments.all()]
        return {
            "held": [
                {"role": found.role, "title": str(found), "by": found.assigned_by, "at": found.assigned_at}
                for found in person.role_assignments.all()
            ],
            "others": [
                {
                    "role": name,
                    "title": role.title,
                    "excluded_by": [ROLES[other].title for other in conflicts_with(name, held)],
                }
                for name, role in ROLES.items()
                if name not in held
            ],
            "permissions": sorted({permission.partition(".")[2] for permission in permissions_of(held)}),
            "may_manage": request.user.has_perm("users.manage_roles"),
            "is_self": person.pk in request.user.people_behind,
            "factor": second_factor_of(person),
            "sign_ins": sign_ins_of(person),
            "other_accounts": User.objects.filter(pk__in=person.accounts - {person.pk}).order_by("name"),
            "links": links_of(person, request.user),
        }

    def new_view(self, request):
        """Add a person, with one role to begin with; the second factor is asked for before, as passwords are not repeated."""
        if not request.user.has_perm("users.manage_roles"):
            raise PermissionDenied
        if request.user.must_confirm("users.manage_roles"):
            raise ConfirmationNeeded("users.manage_roles")
        if request.method == "POST":
            form = request.POST
            roles = [form["role"]] if form.get("role") else []
            email, name, password = (form.get(field, "") for field in ("email", "name", "password"))
            try:
                person = operations.create_person(email, name, by=request.user, roles=roles, password=password or None)
            except DomainError as refusal:
                tell_refusal(request, refusal)
            else:
                messages.success(request, f"{person.name} is added{'' if password else ' and cannot sign in yet'}.")
                return redirect(page_url(person))
        context = {"title": "Add a person", "roles": ROLES, "form": request.POST}
        return self.render(request, "admin/users/new.html", context)

    def assign(self, request, public_id):
        role = request.POST.get("role", "")
        return self._change(request, public_id, operations.assign_role, role, done="now holds the role")

    def remove(self, request, public_id):
        role = request.POST.get("role", "")
        return self._change(request, public_id, operations.remove_role, role, done="no longer holds the role")

    def reactivate(self, request, public_id):
        return self._change(request, public_id, operations.reactivate_person, done="may sign in again")

    def set_password(self, request, public_id):
        password = request.POST.get("password", "")
        done = "has this password until the next sign-in, and is signed out everywhere"
        return self._change(request, public_id, operations.set_password, password, done=done)

    def reset_second_factor(self, request, public_id):
        done = "has no second factor any more, and is signed out everywhere"
        return self._change(request, public_id, operations.reset_second_factor, done=done)

    def end_sign_in(self, request, public_id):
        """End one sign-in of a person."""
        person = self.row_or_404(public_id, self.page_rows(request))
        try:
            sign_in_id = decode(SignIn.id_prefix, request.POST.get("sign_in", ""))
        except NotAnId as error:
            raise Http404 from error
        if not SignIn.objects.filter(pk=sign_in_id, user=person).exists():
            raise Http404
        done = f"{person.name} is signed out there."
        return act(request, page_url(person), operations.end_sign_in, sign_in_id, done=done)

    def propose_link(self, request, public_id):
        """Say that this account and the one with an email address belong to one person."""
        person = self.row_or_404(public_id, self.page_rows(request))
        email = request.POST.get("email", "").strip().lower()
        other = User.objects.filter(email=email, kind=User.Kind.PERSON).first()
        reason, done = (
            request.POST.get("reason", ""),
            "Proposed. Nothing changes before another administrator confirms it.",
        )
        return act(
            request, page_url(person), operations.propose_link, person.pk, other and other.pk, reason=reason, done=done
        )  # fmt: skip

    def confirm_link(self, request, public_id):
        return self._decide_link(request, public_id, operations.confirm_link, "Linked: they count as one person.")

    def refuse_link(self, request, public_id):
        return self._decide_link(request, public_id, operations.refuse_link, "Refused; nothing has changed.")

    def _decide_link(self, request, public_id, operation, done):
        person = self.row_or_404(public_id, self.page_rows(request))
        try:
            link_id = decode(PersonLink.id_prefix, request.POST.get("link", ""))
        except NotAnId as error:
            raise Http404 from error
        return act(request, page_url(person), operation, link_id, done=done)

    def _change(self, request, public_id, operation, *args, done):
        person = self.row_or_404(public_id, self.page_rows(request))
        role = f" {ROLES[args[0]].title}" if args and args[0] in ROLES else ""
        return act(request, page_url(person), operation, person.pk, *args, done=f"{person.name} {done}{role}.")
