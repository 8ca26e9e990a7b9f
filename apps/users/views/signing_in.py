"""
From the password to the first page.

Between password and second factor nobody is signed in: the session only remembers, for a few minutes, whose password was
right (`WAITING`).
"""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth import login, logout
from django.contrib.auth.views import LoginView
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.errors import DomainError
from apps.core.permissions import ConfirmationNeeded
from apps.users import operations
from apps.users.browsers import address_of, asked_from, browser_of
from apps.users.forms import SignInForm
from apps.users.middleware import SIGN_IN_KEY, frame, is_page
from apps.users.models import User
from apps.users.operations import passkeys
from apps.users.queries import has_second_factor, waiting_second_factor
from apps.users.second_factor import drawing_of, secret_of, uri_of

WAITING = "waiting_for_second_factor"
WAITING_SECONDS = 300
SHOWN = "shown_second_factor"


class SignInView(LoginView):
    """The page to sign in; what follows the password depends on the person."""

    template_name = "admin/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self):
        return reverse("admin:index")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        wrong = " ".join(error for errors in context["form"].errors.values() for error in errors)
        own = {"title": "Sign in", "app_path": self.request.get_full_path(), "wrong": wrong}
        return context | frame(self.request) | own

    def form_valid(self, form):
        person, after = form.get_user(), self.get_success_url()
        if has_second_factor(person):
            return self._wait(person, after, "sign_in_code")
        if settings.LIVE:
            return self._wait(person, after, "sign_in_enroll")
        try:
            enter(self.request, person, is_confirmed=False)
        except operations.CannotSignIn as refusal:
            form.add_error(None, refusal.detail)
            return self.form_invalid(form)
        return redirect(after)

    def _wait(self, person, after, page):
        session = self.request.session
        session.cycle_key()
        session[WAITING] = {
            "person": str(person.pk),
            "hash": person.get_session_auth_hash(),
            "at": int(time.time()),
            "next": after,
        }
        return redirect(page)


def waiting_person(request):
    """Return whose password was right in this browser a short while ago, and nothing more yet; or None."""
    waiting = request.session.get(WAITING)
    if not waiting or time.time() - waiting["at"] > WAITING_SECONDS:
        return None
    person = User.objects.filter(pk=waiting["person"], is_active=True).first()
    is_same = person and constant_time_compare(waiting["hash"], person.get_session_auth_hash())
    return person if is_same else None


def enter(request, person, *, is_confirmed):
    """Sign a person in, in this browser."""
    sign_in = operations.begin_sign_in(
        person.pk, address=address_of(request), browser=browser_of(request), is_confirmed=is_confirmed
    )
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.pop(WAITING, None)
    request.session[SIGN_IN_KEY] = str(sign_in.pk)


@never_cache
@require_http_methods(["GET", "POST"])
def code(request):
    """Ask for the code from the phone, or a recovery code."""
    person = waiting_person(request)
    if person is None:
        return _begin_again(request)
    wrong = ""
    if request.method == "POST":
        try:
            if request.POST.get("passkey"):
                answer = request.POST["passkey"]
                passkeys.check_passkey(person.pk, answer, asked_from(request), address=address_of(request))
            else:
                operations.check_code(person.pk, request.POST.get("code", ""), address=address_of(request))
            after = request.session[WAITING]["next"]
            enter(request, person, is_confirmed=True)
        except DomainError as refusal:
            wrong = refusal.detail
        else:
            return redirect(after)
    context = {"title": "Second factor", "wrong": wrong, "passkey": passkeys.ask_to_use(person, asked_from(request))}
    return render(request, "sign_in/code.html", frame(request) | context)


@never_cache
@require_http_methods(["GET", "POST"])
def enroll(request):
    """Show the QR code of a second factor that waits, and take its first code."""
    is_inside = request.user.is_authenticated
    person = request.user if is_inside else waiting_person(request)
    if person is None:
        return _begin_again(request)
    after = reverse("account") if is_inside else request.session[WAITING]["next"]
    wrong = ""
    if request.method == "POST":
        here = request.user.sign_in.pk if is_inside else None
        shown, code = request.session.get(SHOWN), request.POST.get("code", "")
        try:
            codes = operations.enroll_second_factor(person.pk, shown, code, sign_in_id=here)
        except operations.CannotEnroll as refusal:
            wrong = refusal.detail
        else:
            request.session.pop(SHOWN)
            try:
                if not is_inside:
                    enter(request, person, is_confirmed=True)
            except operations.CannotSignIn as refusal:
                messages.error(request, refusal.detail)
                return redirect("admin:login")
            context = {"title": "Recovery codes", "codes": codes, "after": after}
            return render(request, "sign_in/recovery_codes.html", frame(request) | context)
    try:
        factor = _factor_to_show(request, person)
    except operations.CannotEnroll as refusal:
        messages.info(request, refusal.detail)
        return redirect("account" if is_inside else "admin:login")
    context = {
        "drawing": drawing_of(uri_of(factor)),
        "secret": secret_of(factor),
        "must": not is_inside,
        "wrong": wrong,
    }
    return render(request, "sign_in/enroll.html", frame(request) | context | {"title": "Set up a second factor"})


@staff_member_required(login_url="admin:login")
@never_cache
@require_http_methods(["GET", "POST"])
def another_phone(request):
    """Show the QR code of a second factor that is to take the place of the present one, and take its first code."""
    if request.user.is_unconfirmed:
        raise ConfirmationNeeded("second factor")
    wrong = ""
    try:
        if request.method == "POST":
            try:
                shown, code = request.session.get(SHOWN), request.POST.get("code", "")
                codes = operations.replace_second_factor(shown, code, by=request.user)
            except operations.CannotEnroll as refusal:
                wrong = refusal.detail
            else:
                request.session.pop(SHOWN)
                context = {"title": "Recovery codes", "codes": codes, "after": reverse("account")}
                return render(request, "sign_in/recovery_codes.html", frame(request) | context)
        factor = waiting_second_factor(request.user, request.session.get(SHOWN)) if wrong else None
        factor = factor or operations.prepare_replacement(by=request.user)
    except operations.CannotEnroll as refusal:
        messages.info(request, refusal.detail)
        return redirect("account")
    request.session[SHOWN] = str(factor.pk)
    context = {"drawing": drawing_of(uri_of(factor)), "secret": secret_of(factor), "replaces": True, "wrong": wrong}
    return render(request, "sign_in/enroll.html", frame(request) | context | {"title": "Use another phone"})


def _begin_again(request):
    messages.info(request, "Begin with your password: it was given too long ago, or has changed.")
    return redirect("admin:login")


def _factor_to_show(request, person):
    """Return the second factor to scan: another one for every visit, the same one after a wrong code."""
    factor = waiting_second_factor(person, request.session.get(SHOWN)) if request.method == "POST" else None
    if factor is None:
        factor = operations.prepare_second_factor(person.pk)
        request.session[SHOWN] = str(factor.pk)
    return factor


@require_POST
def sign_out(request):
    """End the sign-in of this browser."""
    if request.user.is_authenticated:
        operations.sign_out(request.user.sign_in.pk, by=request.user)
    logout(request)
    return redirect("admin:login")


@require_POST
def confirm(request):
    """Go back to a page once the middleware has taken the second factor."""
    after = request.POST.get("next", "")
    return redirect(after if is_page(after) else "admin:index")
