"""One's own account: second factor, where one is signed in, password."""

from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.admin import act, tell_refusal
from apps.core.database import database_now
from apps.core.errors import DomainError, NotFound
from apps.core.ids import NotAnId, decode
from apps.core.permissions import ConfirmationNeeded
from apps.users import operations
from apps.users.browsers import asked_from
from apps.users.middleware import frame
from apps.users.models import Passkey, SignIn
from apps.users.operations import passkeys
from apps.users.queries import second_factor_of, sign_ins_of


@staff_member_required(login_url="admin:login")
@require_safe
def account(request):
    """Show what somebody signs in with, and where they are signed in."""
    factor = second_factor_of(request.user)
    context = {
        "title": "My account",
        "factor": factor,
        "passkeys": Passkey.objects.filter(user=request.user),
        "codes_left": factor.recovery_codes.filter(used_at__isnull=True).count() if factor else 0,
        "sign_ins": sign_ins_of(request.user),
        "here": request.user.sign_in,
        "zones": sorted(available_timezones()),
        "portal_zone": settings.PEOPLE_TIME_ZONE,
        "now": database_now(),
    }
    return render(request, "sign_in/account.html", frame(request) | context)


@staff_member_required(login_url="admin:login")
@never_cache
@require_http_methods(["GET", "POST"])
def new_passkey(request):
    """Ask the browser for a new passkey, and keep what it answers."""
    try:
        if request.method == "POST":
            name, answer = request.POST.get("name", ""), request.POST.get("passkey", "")
            passkey = passkeys.add_passkey(name, answer, asked_from(request), by=request.user)
            messages.success(request, f"{passkey.name} is added: sign in and confirm with it from now on.")
            return redirect("account")
        options = passkeys.ask_to_add(asked_from(request), by=request.user)
    except passkeys.CannotAddPasskey as refusal:
        tell_refusal(request, refusal)
        return redirect("account")
    return render(request, "sign_in/passkey.html", frame(request) | {"title": "Add a passkey", "passkey": options})


@staff_member_required(login_url="admin:login")
@require_POST
def remove_passkey(request):
    """Take away a passkey of one's own."""
    try:
        passkey_id = decode(Passkey.id_prefix, request.POST.get("passkey", ""))
    except NotAnId:
        tell_refusal(request, NotFound("Choose a passkey."))
        return redirect("account")
    done = "The passkey is removed: it opens nothing any more. Remove it from its device too."
    return act(request, reverse("account"), passkeys.remove_passkey, passkey_id, done=done)


@staff_member_required(login_url="admin:login")
@require_POST
def time_zone(request):
    """Choose the zone in which one is shown times."""
    zone = request.POST.get("time_zone", "").strip()
    done = f"Times are shown in {zone or settings.PEOPLE_TIME_ZONE}."
    return act(request, reverse("account"), operations.change_time_zone, zone, done=done)


@staff_member_required(login_url="admin:login")
@require_POST
def end(request):
    """End one other sign-in of one's own."""
    try:
        sign_in_id = decode(SignIn.id_prefix, request.POST.get("sign_in", ""))
    except NotAnId:
        tell_refusal(request, NotFound("Choose where you are signed in."))
        return redirect("account")
    return act(request, reverse("account"), operations.end_sign_in, sign_in_id, done="Signed out there.")


@staff_member_required(login_url="admin:login")
@require_POST
def end_others(request):
    """End all other sign-ins of one's own."""
    return act(request, reverse("account"), operations.end_other_sign_ins, done=lambda count: f"Signed out at {count}.")


@staff_member_required(login_url="admin:login")
@require_POST
def recovery_codes(request):
    """Make new recovery codes and show them on the answer itself: they are never stored, so they cannot be shown again."""
    try:
        codes = operations.renew_recovery_codes(by=request.user)
    except DomainError as refusal:
        tell_refusal(request, refusal)
        return redirect("account")
    context = {"title": "Recovery codes", "codes": codes, "after": reverse("account")}
    return render(request, "sign_in/recovery_codes.html", frame(request) | context)


@staff_member_required(login_url="admin:login")
def password(request):
    """Change one's own password; the second factor is asked for before, since passwords are not repeated."""
    if request.user.is_unconfirmed:
        raise ConfirmationNeeded("password")
    if request.method == "POST":
        form = request.POST
        if form.get("new", "") != form.get("again", ""):
            messages.error(request, "The two new passwords differ.")
        else:
            try:
                person = operations.change_password(form.get("present", ""), form.get("new", ""), by=request.user)
            except DomainError as refusal:
                tell_refusal(request, refusal)
            else:
                update_session_auth_hash(request, person)
                messages.success(request, "Your password is changed. You are signed out everywhere else.")
                return redirect("account")
    return render(request, "sign_in/password.html", frame(request) | {"title": "Change password"})
