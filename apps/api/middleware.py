"""What surrounds every request of the API."""

import logging

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from apps.api import problems
from apps.core.errors import NotFound
from apps.core.ids import encode, uuid7

PREFIX = "/api/"

logger = logging.getLogger(__name__)


class ProblemResponses:
    """
    The outermost layer: names every request, and turns whatever refusal came from below into a problem.

    Answers of the API are never cached.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.request_id = encode("req", uuid7())
        if not request.path_info.startswith(PREFIX):
            response = self.get_response(request)
        else:
            response = self._answer(request)
            response.headers.setdefault("Cache-Control", "no-store")
        response["X-Request-Id"] = request.request_id
        return response

    def _answer(self, request):
        try:
            _check_host(request)
        except DisallowedHost:
            return problems.problem_response(request, problems.HostNotAllowed())
        if not (request.is_secure() or settings.INSECURE_HTTP):
            return problems.problem_response(request, problems.HttpsRequired())
        response = self.get_response(request)
        if response.status_code < 300 or response.get("Content-Type") == problems.CONTENT_TYPE:
            return response
        return problems.problem_response(request, problems.from_status(response.status_code))


class LeanApi:
    """
    Answers the API's addresses from here, past the layers that only people's browsers need: sessions, CSRF, messages.

    A key in a header is no cookie, so none of them would protect anything.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            return _answer(request)
        except Exception as failure:  # logged with its trace, told to whoever listens, and answered in the API's shape
            got_request_exception.send(sender=LeanApi, request=request)
            logger.exception("%s %s failed (%s)", request.method, request.path, request.request_id)
            is_database = isinstance(failure, OperationalError | InterfaceError)
            return problems.problem_response(
                request, problems.DatabaseAway() if is_database else problems.InternalError()
            )


def _answer(request):
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return problems.problem_response(request, NotFound())
    request.resolver_match = match
    response = match.func(request, *match.args, **match.kwargs)
    return response.render() if hasattr(response, "render") else response


def _check_host(request) -> None:
    """Refuse a foreign host, also one that only a proxy's header names: nothing here may be built from it."""
    request.get_host()
    forwarded = request.META.get("HTTP_X_FORWARDED_HOST")
    if forwarded is not None and not validate_host(split_domain_port(forwarded)[0], settings.ALLOWED_HOSTS):
        raise DisallowedHost("X-Forwarded-Host names a foreign host.")
