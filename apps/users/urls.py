"""Signing in and one's own account; these stand before the admin's own addresses and take the place of some."""

from django.urls import path

from apps.users.views import account, signing_in

urlpatterns = [
    path("login/", signing_in.SignInView.as_view()),
    path("logout/", signing_in.sign_out),
    path("password_change/", account.password),
    path("sign-in/code/", signing_in.code, name="sign_in_code"),
    path("sign-in/second-factor/", signing_in.enroll, name="sign_in_enroll"),
    path("sign-in/another-phone/", signing_in.another_phone, name="sign_in_another_phone"),
    path("sign-in/confirm/", signing_in.confirm, name="confirm"),
    path("account/", account.account, name="account"),
    path("account/passkeys/new/", account.new_passkey, name="account_new_passkey"),
    path("account/passkeys/remove/", account.remove_passkey, name="account_remove_passkey"),
    path("account/time-zone/", account.time_zone, name="account_time_zone"),
    path("account/end/", account.end, name="account_end"),
    path("account/end-others/", account.end_others, name="account_end_others"),
    path("account/recovery-codes/", account.recovery_codes, name="account_recovery_codes"),
]
