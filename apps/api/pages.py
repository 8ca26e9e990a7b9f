"""Pages for people who build against the API: its description, made readable, and a page per problem."""

import re

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from apps.api import problems
from apps.api.openapi import document
from apps.partners.versions import NEWEST, VERSIONS


@require_safe
def openapi_document(request):
    """Answer the API's description as JSON: of the newest version, or of the one that the query names."""
    version = request.GET.get("version", NEWEST)
    if version not in VERSIONS:
        return problems.problem_response(request, problems.UnknownVersion(versions=list(VERSIONS)))
    return HttpResponse(document(version), content_type="application/json")


@require_safe
def docs(request):
    """Show the API's description with Swagger UI, from this server's own files."""
    return render(request, "api/docs.html")


@require_safe
def problem_list(request):
    """List every problem the API can answer with."""
    return render(request, "api/problems.html", {"problems": problems.catalogue().values()})


@require_safe
def problem(request, code):
    """Say what causes a problem and how to cure it."""
    found = problems.catalogue().get(code)
    if found is None:
        raise Http404
    facts = {"problem": found, "cause": _with_code(found.cause), "cure": _with_code(found.cure)}
    return render(request, "api/problem.html", facts)


def _with_code(text) -> SafeString:
    """Return a text as HTML; what stands between backticks is code."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S308 it is escaped
