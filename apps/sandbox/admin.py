"""Adding platforms, with what the simulated bank has for those of the sandbox."""

from django.contrib import admin

from apps.partners.admin import PartnerAdmin
from apps.partners.models import Partner
from apps.sandbox import operations

admin.site.unregister(Partner)


@admin.register(Partner)
class PlatformAdmin(PartnerAdmin):
    """Platforms that pay people through the portal."""

    add = staticmethod(operations.add_platform)
