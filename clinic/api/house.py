"""The clinic for programs: sites, staff, content, log."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import clock, queries
from clinic.access import Can
from clinic.api.visits import EmptyIn
from clinic.api_base import ApiView, StrictSerializer
from clinic.models import ContentVersion, Site
from clinic.reading import unreviewed_rows
from clinic.services import house as services


class SiteIn(StrictSerializer):
    """A place."""

    name = serializers.CharField(max_length=120)
    address = serializers.CharField(max_length=240, default="", allow_blank=True)


class KitCheckIn(StrictSerializer):
    """A check of an emergency kit."""

    adrenaline_expires_on = serializers.DateField()
    next_due_on = serializers.DateField()
    is_complete = serializers.BooleanField()


class ReviewIn(StrictSerializer):
    """Rows signed as reviewed."""

    rows = serializers.ListField(child=serializers.CharField(max_length=200), allow_empty=False)


class SitesApi(ApiView):
    """Places of the clinic."""

    def get(self, request: Request) -> Response:
        """All in use."""
        found = queries.sites(self.actor.organisation_id)
        return self.respond({"sites": [{"id": str(s.id), "name": s.name, "address": s.address} for s in found]})

    def post(self, request: Request) -> Response:
        """Add one."""
        organisation = queries.organisation_for(self.actor, Can.MANAGE_STAFF)
        site = services.create_site(organisation, by=self.actor, at=clock.now(), **self.parsed(SiteIn))
        return self.respond({"id": str(site.id), "name": site.name}, status=201, version=site.version)


class KitCheckApi(ApiView):
    """POST: an emergency kit was checked."""

    def post(self, request: Request, site_id: UUID) -> Response:
        """Record."""
        site = self.load(Site, Can.CHECK_EMERGENCY_KIT, site_id)
        check = services.check_kit(site, by=self.actor, at=clock.now(), **self.parsed(KitCheckIn))
        return self.respond({"id": str(check.id), "site": str(site.id)}, status=201)


class StaffApi(ApiView):
    """People and their roles."""

    def get(self, request: Request) -> Response:
        """Everybody who works here."""
        lines = queries.staff_lines(self.actor.organisation_id)
        body = [
            {"id": str(line.staff.id), "name": line.staff.name, "position": line.staff.position, "roles": line.roles}
            for line in lines
        ]
        return self.respond({"staff": body})


class ContentApi(ApiView):
    """Versions of the clinic's content."""

    def get(self, request: Request) -> Response:
        """All, without their bodies."""
        body = [
            {"id": str(v.id), "kind": v.kind, "number": v.number, "state": v.state, "digest": v.digest}
            for v in queries.content_versions(self.actor.organisation_id)
        ]
        return self.respond({"versions": body})


class ContentReviewApi(ApiView):
    """POST: rows of a draft are signed as reviewed."""

    def post(self, request: Request, version_id: UUID) -> Response:
        """Sign."""
        version = self.load(ContentVersion, Can.PUBLISH_CONTENT, version_id)
        services.review_content(version, self.parsed(ReviewIn)["rows"], by=self.actor, at=clock.now())
        return self.respond({"id": str(version.id), "waiting": unreviewed_rows(version)}, status=201)


class ContentPublishApi(ApiView):
    """POST: a draft comes into force."""

    def post(self, request: Request, version_id: UUID) -> Response:
        """Publish."""
        version = self.load(ContentVersion, Can.PUBLISH_CONTENT, version_id)
        self.parsed(EmptyIn)
        published = services.publish_content(version, by=self.actor, at=clock.now())
        return self.respond({"id": str(published.id), "state": published.state}, version=published.version)
