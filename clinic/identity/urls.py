"""Addresses of sign-in, account and people."""

from clinic.access import Can
from clinic.identity import api
from clinic.identity.views import account, glass, people, sessions, signin
from clinic.registry import route

_STAFF = Can.MANAGE_STAFF

urlpatterns = [
    route("sign-in/second-step/", signin.second_step, name="mfa_authenticate", public=True),
    route("sign-in/passkey/", signin.passkey_signin, name="passkey-signin", public=True),
    route("invitations/<str:token>/", people.invitation, name="invitation", public=True),
    route("prove/", signin.prove, name="prove", signed_in=True),
    route("account/", account.account_home, name="account-home", signed_in=True),
    route("account/app/", account.app_add, name="app-add", signed_in=True),
    route("account/passkeys/new/", account.passkey_add, name="passkey-add", signed_in=True),
    route("account/factors/<int:factor_id>/remove/", account.factor_remove, name="factor-remove", signed_in=True),
    route("account/recovery-codes/", account.codes_renew, name="codes-renew", signed_in=True),
    route("account/password/", account.password_change, name="password-change", signed_in=True),
    route("account/sessions/", sessions.session_list, name="session-list", signed_in=True),
    route("account/sessions/<int:session_id>/end/", sessions.session_end, name="session-end", signed_in=True),
    route("clinic/people/", people.people_list, name="people-list", get=_STAFF),
    route("clinic/people/invite/", people.invite, name="invite", get=_STAFF, post=_STAFF),
    route(
        "clinic/people/invitations/<uuid:invitation_id>/withdraw/",
        people.invitation_withdraw,
        name="invitation-withdraw",
        post=_STAFF,
    ),
    route("clinic/people/<uuid:staff_id>/", people.person_detail, name="person-detail", get=_STAFF),
    route("clinic/people/<uuid:staff_id>/roles/", people.role_grant, name="role-grant", post=_STAFF),
    route(
        "clinic/people/<uuid:staff_id>/roles/<uuid:membership_id>/end/", people.role_end, name="role-end", post=_STAFF
    ),
    route("clinic/people/<uuid:staff_id>/end-sessions/", people.sessions_end, name="sessions-end", post=_STAFF),
    route("clinic/people/<uuid:staff_id>/reset-factors/", people.factors_reset, name="factors-reset", post=_STAFF),
    route(
        "clients/<uuid:client_id>/close-chart/",
        glass.chart_close,
        name="chart-close",
        get=Can.CLOSE_CHART,
        post=Can.CLOSE_CHART,
    ),
    route(
        "clients/<uuid:client_id>/break-glass/",
        glass.glass_break,
        name="glass-break",
        get=Can.BREAK_GLASS,
        post=Can.BREAK_GLASS,
    ),
    route("log/break-glass/", glass.glass_list, name="glass-list", get=Can.READ_LOG),
    route("closed-charts/<uuid:closed_id>/reopen/", glass.chart_reopen, name="chart-reopen", post=Can.REOPEN_CHART),
]
api_urlpatterns = [
    route("account/sessions/", api.SessionsApi, name="api-session-list", get=Can.READ_OWN_LOG),
    route("account/sessions/<int:session_id>/end/", api.SessionEndApi, name="api-session-end", post=Can.READ_OWN_LOG),
    route("people/", api.PeopleApi, name="api-people-list", get=_STAFF),
    route("people/<uuid:staff_id>/", api.PersonApi, name="api-person-detail", get=_STAFF),
    route("people/<uuid:staff_id>/roles/", api.PersonRolesApi, name="api-role-grant", post=_STAFF),
    route(
        "people/<uuid:staff_id>/roles/<uuid:membership_id>/end/",
        api.PersonRoleEndApi,
        name="api-role-end",
        post=_STAFF,
    ),
    route(
        "people/<uuid:staff_id>/end-sessions/",
        api.PersonVerbApi,
        name="api-sessions-end",
        post=_STAFF,
        verb="end-sessions",
    ),
    route(
        "people/<uuid:staff_id>/reset-factors/",
        api.PersonVerbApi,
        name="api-factors-reset",
        post=_STAFF,
        verb="reset-factors",
    ),
    route("invitations/", api.InvitationsApi, name="api-invitation-list", get=_STAFF, post=_STAFF),
    route(
        "invitations/<uuid:invitation_id>/withdraw/",
        api.InvitationWithdrawApi,
        name="api-invitation-withdraw",
        post=_STAFF,
    ),
    route("clients/<uuid:client_id>/close-chart/", api.ChartCloseApi, name="api-chart-close", post=Can.CLOSE_CHART),
    route("clients/<uuid:client_id>/break-glass/", api.GlassBreakApi, name="api-glass-break", post=Can.BREAK_GLASS),
    route("log/break-glass/", api.GlassListApi, name="api-glass-list", get=Can.READ_LOG),
    route("closed-charts/<uuid:closed_id>/reopen/", api.ChartReopenApi, name="api-chart-reopen", post=Can.REOPEN_CHART),
]
