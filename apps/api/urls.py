from django.urls import include, path

from apps.api import health, pages

urlpatterns = [
    path("api/v1/openapi.json", pages.openapi_document, name="openapi"),
    path("api/v1/", include("apps.api.v1.urls")),
    path("api/docs/", pages.docs, name="api-docs"),
    path("problems/", pages.problem_list, name="problems"),
    path("problems/<slug:code>", pages.problem, name="problem"),
    path("livez", health.livez),
    path("readyz", health.readyz),
]
