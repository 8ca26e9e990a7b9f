"""The page of people, with what reaches as far as payouts."""

from django.contrib import admin

from apps.payouts import operations
from apps.users.admin import PersonAdmin
from apps.users.models import User


@admin.register(User)
class PersonWithPayoutsAdmin(PersonAdmin):
    """Adds to the page of a person the way to shut them out, which makes approvals of payouts void."""

    def doors(self):
        return [*super().doors(), self.door("<str:public_id>/deactivate/", self.deactivate, "deactivate")]

    def deactivate(self, request, public_id):
        return self._change(request, public_id, operations.shut_out_person, done="is shut out")
