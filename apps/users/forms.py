from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from apps.users.browsers import address_of
from apps.users.operations import CannotSignIn, check_password


class SignInForm(AuthenticationForm):
    """Email address and password."""

    def clean(self):
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            try:
                self.user_cache = check_password(email, password, address=address_of(self.request))
            except CannotSignIn as refusal:
                raise ValidationError(refusal.detail, code=refusal.code) from refusal
        return self.cleaned_data
