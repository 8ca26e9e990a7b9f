"""The doors of the portal: the admin for people, `/v1/` for partners."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/", permanent=False)),
    path("admin/", admin.site.urls),
]
if find_spec("apps.api.urls"):
    urlpatterns.append(path("", include("apps.api.urls")))
