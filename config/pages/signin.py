"""The way in and out. In the demo clinic the people to sign in as are on the page itself."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie

from clinic.choices import Role
from clinic.http import redirect_to
from clinic.models import Membership
from config.demo.stage import seed


@method_decorator(ensure_csrf_cookie, name="dispatch")
class SignIn(LoginView):
    """E-mail and password; limits and messages are allauth's."""

    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In demo mode, the demo's people."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if not settings.DEMO:
            return context
        data = seed("people")
        return {**context, "people": demo_people(), "demo_password": data["password"], "demo_pin": data["pin"]}


def demo_people() -> list[dict[str, str]]:
    """Name, place and roles of everybody in the demo, the treating people first."""
    order = [Role.PRACTITIONER, Role.LEAD, Role.RECEPTION, Role.LEARNER, Role.ASSESSOR, Role.IQA]
    rows = Membership.objects.filter(until_on__isnull=True, staff__is_active=True, staff__is_system=False)
    people: dict[Any, dict[str, Any]] = {}
    for row in rows.select_related("staff", "organisation").order_by("organisation__recorded_at", "staff__name"):
        person = people.setdefault(
            row.staff_id,
            {"name": row.staff.name, "email": row.staff.email, "place": row.organisation.name, "roles": []},
        )
        person["roles"].append(Role(row.role))
    ranked = sorted(people.values(), key=lambda p: min(order.index(r) if r in order else 99 for r in p["roles"]))
    return [{**person, "roles": ", ".join(role.label for role in person["roles"])} for person in ranked]


def sign_out(request: HttpRequest) -> HttpResponse:
    """POST ends the session; nothing of it stays in the browser's cache."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    logout(request)
    response = redirect_to("account_login")
    response["Clear-Site-Data"] = '"cache"'
    return response
