"""Devices, PIN and lock for programs; the lock over an open page speaks this door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic import clock
from clinic import queries as desk
from clinic.access import Can
from clinic.api_base import ApiView, NoInput, StrictSerializer
from clinic.devices import enrolment, locking, queries
from clinic.devices.models import Device
from clinic.devices.services import devices as services
from clinic.devices.services import pins as pin_services
from clinic.errors import InvalidValue


class DeviceIn(StrictSerializer):
    """The device that asks."""

    label = serializers.CharField(max_length=60)  # type: ignore[assignment]
    site = serializers.UUIDField()
    is_shared = serializers.BooleanField()


class PinIn(StrictSerializer):
    """Six digits."""

    pin = serializers.CharField(max_length=20)


class DevicesApi(ApiView):
    """The clinic's devices."""

    def get(self, request: Request) -> Response:
        """All, those taken off the list last."""
        organisation = desk.organisation_for(self.actor, Can.MANAGE_STAFF)
        return self.respond({"devices": [queries.device_out(row) for row in queries.devices(organisation.id)]})

    def post(self, request: Request) -> Response:
        """Enrol the device that asks: its secret goes into a cookie and never into the answer."""
        organisation = desk.organisation_for(self.actor, Can.MANAGE_STAFF)
        given = self.parsed(DeviceIn)
        site = queries.sites(organisation.id).filter(pk=given["site"]).first()
        if site is None:
            raise InvalidValue("Choose a site of this clinic.", code="invalid_choice", field="site")
        device, token = services.enrol_device(
            organisation,
            site=site,
            label=given["label"],
            is_shared=given["is_shared"],
            by=self.actor,
            at=clock.now(),
        )
        request._request.session[locking.DEVICE] = str(device.id)
        response = self.respond(queries.device_out(device), status=201, version=device.version)
        enrolment.set_cookie(response, token)
        return response


class DeviceRevokeApi(ApiView):
    """POST: a device is taken off the list."""

    def post(self, request: Request, device_id: UUID) -> Response:
        """Revoke."""
        device = self.load(Device, Can.MANAGE_STAFF, device_id)
        self.parsed(NoInput)
        revoked = services.revoke_device(device, by=self.actor, at=clock.now())
        return self.respond(queries.device_out(revoked), version=revoked.version)


class PinApi(ApiView):
    """POST: one's own PIN."""

    def post(self, request: Request) -> Response:
        """Set it."""
        staff: Any = request._request.user
        made = pin_services.set_pin(staff, self.parsed(PinIn)["pin"], by=self.actor, at=clock.now())
        return self.respond({"set_at": made.set_at.isoformat()})


class LockApi(ApiView):
    """POST: the session locks; the answer says how it opens."""

    def post(self, request: Request) -> Response:
        """Lock."""
        self.parsed(NoInput)
        staff: Any = request._request.user
        if not locking.is_locked(request._request):
            locking.lock(request._request, clock.now())
            pin_services.note_locked(staff, by=self.actor, at=clock.now())
        takes_pin = locking.can_take_pin(request._request, staff)
        return self.respond({"is_locked": True, "takes_pin": takes_pin, "whose": staff.initials})


class UnlockApi(ApiView):
    """POST: the PIN opens the session of this browser."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Never from a stored answer, and in no transaction that could give a try back."""
        return APIView.dispatch(self, request, *args, **kwargs)

    def post(self, request: Request) -> Response:
        """Unlock; a session that is open stays so."""
        given = self.parsed(PinIn)
        if locking.is_locked(request._request):
            staff: Any = request._request.user
            locking.unlock(request._request, staff, given["pin"])
        return self.respond({"is_locked": False})


class StillHereApi(ApiView):
    """POST: somebody types or reads on an open page; the session counts as used."""

    def post(self, request: Request) -> Response:
        """The middleware has written it down."""
        self.parsed(NoInput)
        return self.respond({"is_locked": False})
