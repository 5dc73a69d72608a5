"""Addresses of sign-in, account and people."""

from clinic.identity.views import account, signin
from clinic.registry import route

urlpatterns = [
    route("sign-in/second-step/", signin.second_step, name="mfa_authenticate", public=True),
    route("sign-in/passkey/", signin.passkey_signin, name="passkey-signin", public=True),
    route("prove/", signin.prove, name="prove", signed_in=True),
    route("account/", account.account_home, name="account-home", signed_in=True),
    route("account/app/", account.app_add, name="app-add", signed_in=True),
    route("account/passkeys/new/", account.passkey_add, name="passkey-add", signed_in=True),
    route("account/factors/<int:factor_id>/remove/", account.factor_remove, name="factor-remove", signed_in=True),
    route("account/recovery-codes/", account.codes_renew, name="codes-renew", signed_in=True),
    route("account/password/", account.password_change, name="password-change", signed_in=True),
]
api_urlpatterns: list[object] = []
