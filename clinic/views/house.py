"""The clinic itself: sites, staff, the content desk, the access log."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from clinic import clock, queries
from clinic.access import Can, could, may
from clinic.forms import KitCheckForm, SiteForm
from clinic.http import load, page, redirect_to, with_refusals
from clinic.models import ContentVersion, Site
from clinic.reading import unreviewed_rows
from clinic.services import house as services


def clinic_home(request: HttpRequest) -> HttpResponse:
    """Sites with their emergency kit, people with their roles, ways to content and log."""
    actor = request.actor  # type: ignore[attr-defined]
    organisation = queries.organisation_for(actor, Can.READ_CONTENT)
    versions = queries.content_versions(organisation.id)
    context = {
        "organisation": organisation,
        "sites": queries.site_lines(organisation.id),
        "staff": queries.staff_lines(organisation.id) if could(actor, Can.READ_STAFF) else [],
        "content_in_force": queries.published_count(versions),
        "content_drafts": len({version.kind for version in versions if version.state == "draft"}),
        "may_manage": may(actor, Can.MANAGE_STAFF, organisation),
        "may_check_kit": may(actor, Can.CHECK_EMERGENCY_KIT, organisation),
        "may_read_log": may(actor, Can.READ_LOG, organisation),
        "may_erase": may(actor, Can.ERASE_CLIENT, organisation),
        "may_enrol": may(actor, Can.ENROL_LEARNER, organisation),
    }
    return page(request, "clinic/clinic_home.html", context)


def site_create(request: HttpRequest) -> HttpResponse:
    """Add a place."""
    actor = request.actor  # type: ignore[attr-defined]
    organisation = queries.organisation_for(actor, Can.MANAGE_STAFF)
    form = SiteForm(request.POST or None)
    if request.method != "POST":
        return page(request, "clinic/site_form.html", {"form": form})
    if not form.is_valid():
        return page(request, "clinic/site_form.html", {"form": form}, status=422)
    with with_refusals(form) as outcome:
        services.create_site(organisation, by=actor, at=clock.now(), **form.cleaned_data)
    if outcome.ok:
        return redirect_to("clinic-home")
    return page(request, "clinic/site_form.html", {"form": form}, status=outcome.status)


def kit_check(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Record a check of a site's emergency kit."""
    actor = request.actor  # type: ignore[attr-defined]
    site = load(Site, actor, Can.CHECK_EMERGENCY_KIT, site_id)
    form = KitCheckForm(request.POST or None)
    if request.method != "POST":
        return page(request, "clinic/kit_check.html", {"form": form, "site": site})
    if not form.is_valid():
        return page(request, "clinic/kit_check.html", {"form": form, "site": site}, status=422)
    with with_refusals(form) as outcome:
        services.check_kit(site, by=actor, at=clock.now(), **form.cleaned_data)
    if outcome.ok:
        messages.success(request, f"Emergency kit checked: {site.name}.")
        return redirect_to("clinic-home")
    return page(request, "clinic/kit_check.html", {"form": form, "site": site}, status=outcome.status)


def content_desk(request: HttpRequest) -> HttpResponse:
    """All versions of questions, rules, protocols and texts, and what each still needs before it can be in force."""
    actor = request.actor  # type: ignore[attr-defined]
    organisation = queries.organisation_for(actor, Can.READ_CONTENT)
    context = {
        "versions": queries.content_versions(organisation.id),
        "missing": queries.kinds_without_version(organisation.id),
        "may_publish": may(actor, Can.PUBLISH_CONTENT, organisation),
    }
    return page(request, "clinic/content_desk.html", context)


def content_detail(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version: the rows that still need a reviewer's name, and its publication."""
    actor = request.actor  # type: ignore[attr-defined]
    version = load(ContentVersion, actor, Can.READ_CONTENT, version_id)
    context = {
        "version": version,
        "waiting": unreviewed_rows(version),
        "reviews": version.reviews.select_related("reviewer").order_by("reviewed_at"),
        "may_publish": may(actor, Can.PUBLISH_CONTENT, version),
    }
    return page(request, "clinic/content_detail.html", context)


def content_review(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Sign rows as reviewed: the ticked ones."""
    actor = request.actor  # type: ignore[attr-defined]
    version = load(ContentVersion, actor, Can.PUBLISH_CONTENT, version_id)
    waiting = set(unreviewed_rows(version))
    rows = [row for row in request.POST.getlist("rows") if row in waiting]
    if rows:
        services.review_content(version, rows, by=actor, at=clock.now())
        messages.success(request, f"{len(rows)} rows signed as reviewed.")
    return redirect_to("content-detail", version_id=version.id)


def content_publish(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Put a version into force."""
    actor = request.actor  # type: ignore[attr-defined]
    version = load(ContentVersion, actor, Can.PUBLISH_CONTENT, version_id)
    services.publish_content(version, by=actor, at=clock.now())
    messages.success(request, "This version is in force from now on.")
    return redirect_to("content-desk")
