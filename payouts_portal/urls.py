"""The doors of the portal: the admin for people, `/v1/` for partners."""

from importlib.util import find_spec

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from payouts_portal.admin_site import no_choices

# The queue's own pages would let staff schedule any function of Python; Django's groups give nobody anything here.
for model in (*apps.get_app_config("django_q").get_models(), Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/", permanent=False)),
    path("admin/", include("apps.users.urls")),
    path("admin/autocomplete/", admin.site.admin_view(require_safe(no_choices))),
    path("admin/", admin.site.urls),
]
if find_spec("apps.api.urls"):
    urlpatterns.append(path("", include("apps.api.urls")))
