"""Between the browser's session and the pages: who is signed in, for how long, and with what they have shown."""

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest, ValidationError
from django.db.models.functions import Now
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from apps.core.admin import SECRETS
from apps.core.errors import DomainError
from apps.core.permissions import ConfirmationNeeded
from apps.users import operations, sent_forms
from apps.users.browsers import address_of, asked_from
from apps.users.models import SignIn
from apps.users.operations import passkeys

PAGES = "/admin/"  # in `path_info`, by which addresses are routed; `path` has SCRIPT_NAME before it
SIGN_IN_KEY = "sign_in"
CODE_FIELD, PASSKEY_FIELD, BACK_FIELD = "confirmation_code", "confirmation_passkey", "confirmation_back"
SEEN_EVERY = timedelta(minutes=1)
_NOT_REPEATED = {"csrfmiddlewaretoken", CODE_FIELD, PASSKEY_FIELD, BACK_FIELD}


class SignIns:
    """
    Lets a request to the pages pass as somebody's only while their sign-in lasts.

    A form that comes too late is answered with the page to sign in, which leads back to where the form was. One that
    needs a second factor is shown again as a single question, with all of its fields, and goes on to its door with the
    answer: nothing is kept in between, and the door is asked once. A form with a file or passwords is not repeated; it
    is filled in again afterwards.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(PAGES):
            return self.get_response(request)
        self._find_sign_in(request)
        zone = request.user.zone if request.user.is_authenticated else ZoneInfo(settings.PEOPLE_TIME_ZONE)
        with timezone.override(zone):
            return self._let_pass(request)

    def _let_pass(self, request):
        if request.method == "POST" and not request.user.is_authenticated and request.path not in _open_pages():
            return self._came_too_late(request)
        if request.user.is_authenticated and request.user.must_change_password and request.path not in _first_pages():
            return self._change_password_first(request)
        response = self.get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST or response.has_header("Content-Disposition"):
            sent_forms.forget(request)  # nothing was done, or a file was sent, which may be sent again
        return response

    def process_view(self, request, view, args, kwargs):
        """Look at a form before its door does; runs after the check of the form's origin."""
        if not request.path_info.startswith(PAGES) or request.method != "POST":
            return None
        if request.resolver_match.namespace == "admin" and _holds_nul(request.POST):  # one's own pages say it in words
            raise BadRequest("A form holds what no text does.")
        return self._take_answer(request) or self._take_once(request, view)

    def _take_once(self, request, view):
        """Answer a form that was sent before: what it asked for is done once."""
        may_be_sent_again = getattr(view, "may_be_sent_again", False) or not request.user.is_authenticated
        if may_be_sent_again or sent_forms.take(request):
            return None
        messages.warning(request, "This form was sent before, and counts once. To do it again, open its page again.")
        return redirect(page_of(request))

    def _take_answer(self, request):
        """Take the answer to the question for a second factor."""
        if CODE_FIELD not in request.POST or not request.user.is_authenticated or not request.user.sign_in.must_confirm:
            return None
        wrong = ""
        try:
            if request.POST.get(PASSKEY_FIELD):
                answer, browser = request.POST[PASSKEY_FIELD], asked_from(request)
                passkeys.confirm_by_passkey(answer, browser, by=request.user, address=address_of(request))
            else:
                operations.confirm_sign_in(request.POST[CODE_FIELD], by=request.user, address=address_of(request))
        except DomainError as refusal:
            wrong = refusal.detail
        sign_in = _load(request, request.user.sign_in.pk)
        # The same code may have confirmed it meanwhile: somebody pressed twice.
        return self._ask(request, wrong) if sign_in.must_confirm else None

    def process_exception(self, request, exception):
        return self._ask(request) if isinstance(exception, ConfirmationNeeded) else None

    def _find_sign_in(self, request):
        """Have the person of the request act in their sign-in, or be nobody if it is over."""
        if not request.user.is_authenticated:
            return
        sign_in = _load(request, request.session.get(SIGN_IN_KEY))
        end = sign_in and (sign_in.end or sign_in.due_end)
        if end and not sign_in.ended_at:
            operations.end_by_clock(sign_in.pk, end)
        if sign_in is None or end:
            logout(request)
            why = f": {SignIn.End(end).label.lower()}" if end else ""
            messages.info(request, f"Your sign-in is over{why}.")
        elif sign_in.now - sign_in.seen_at > SEEN_EVERY:
            SignIn.objects.filter(pk=sign_in.pk).update(seen_at=Now())

    def _came_too_late(self, request):
        messages.warning(request, "You are not signed in any more, so nothing was done. Sign in, then press again.")
        return redirect(f"{reverse('admin:login')}?{urlencode({'next': page_of(request)})}")

    def _change_password_first(self, request):
        if request.method == "POST":
            messages.warning(request, "Nothing was done: first choose a password of your own.")
        return redirect("admin:password_change")

    def _ask(self, request, wrong=""):
        """Show the question for a second factor in place of what was asked for, and around what was sent."""
        sent = request.POST if request.method == "POST" else {}
        lost = "file" if request.FILES else "passwords" if SECRETS & sent.keys() else ""
        goes_on = request.method == "POST" and not lost
        fields = [(name, value) for name in sent if name not in _NOT_REPEATED for value in sent.getlist(name)]
        context = {
            "title": "Confirm that it is you",
            "fields": fields if goes_on else [],
            "lost": lost,
            "action": request.get_full_path() if goes_on else reverse("confirm"),
            "next": page_of(request) if request.method == "POST" else request.get_full_path(),
            "code_field": CODE_FIELD,
            "passkey_field": PASSKEY_FIELD,
            "passkey": passkeys.ask_to_use(request.user, asked_from(request)),
            "back_field": BACK_FIELD,
            "back": page_of(request),
            "wrong": wrong,
        }
        return render(request, "sign_in/confirm.html", frame(request) | context)


def frame(request) -> dict:
    """Return what every page of the admin needs around it."""
    from django.contrib import admin  # its templates ask for pages that are not there while settings are read

    request.current_app = admin.site.name
    return admin.site.each_context(request)


def page_of(request) -> str:
    """Return the address of the page that a form was on, or of the first page; a question tells which one it came from."""
    carried = request.POST.get(BACK_FIELD, "") if request.method == "POST" else ""
    if is_page(carried):
        return carried
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return reverse("admin:index")
    parts = urlsplit(referrer)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return address if is_page(address) else reverse("admin:index")


def is_page(address) -> bool:
    """Whether somebody may be led to this address: it is the admin's own, without a host."""
    return url_has_allowed_host_and_scheme(address, None) and address.startswith(reverse("admin:index"))


def _load(request, sign_in_id):
    """Have the person of the request act in a sign-in of theirs, and return it; None if there is none."""
    rows = SignIn.objects.with_clock().filter(user_id=request.user.pk)
    try:
        sign_in = rows.filter(pk=sign_in_id).first() if sign_in_id else None
    except ValidationError:
        sign_in = None
    if sign_in is not None:
        sign_in.user = request.user
        request.user.sign_in = sign_in
    return sign_in


def _holds_nul(form) -> bool:
    """Whether a form holds the one character that no database keeps."""
    return any("\0" in text for name, values in form.lists() for text in (name, *values))


def _first_pages():
    """Return what is open to somebody whose password an administrator knows."""
    return {reverse("admin:password_change"), reverse("admin:logout"), reverse("confirm")}


def _open_pages():
    return {reverse("admin:login"), reverse("sign_in_code"), reverse("sign_in_enroll")}
