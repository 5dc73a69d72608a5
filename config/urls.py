"""All addresses of the site: pages at the root, their API twins under /api/v1/."""

from django.urls import include, path

import aftercare.urls
import clinic.catalogue.urls
import clinic.devices.urls
import clinic.erasure.urls
import clinic.golive.urls
import clinic.handover.urls
import clinic.identity.urls
import clinic.logbook.urls
import clinic.photos.urls
import clinic.urls
import config.pages.urls
import consent.urls
import consultations.urls
import evidence.urls
import treatments.urls

_MODULES = (
    config.pages.urls,
    clinic.urls,
    clinic.handover.urls,
    clinic.identity.urls,
    clinic.devices.urls,
    clinic.logbook.urls,
    clinic.erasure.urls,
    clinic.golive.urls,
    clinic.photos.urls,
    clinic.catalogue.urls,
    consultations.urls,
    consent.urls,
    treatments.urls,
    aftercare.urls,
    evidence.urls,
)
urlpatterns = [path("", include(module.urlpatterns)) for module in _MODULES]
urlpatterns += [path("api/v1/", include(module.api_urlpatterns)) for module in _MODULES]

handler403 = "clinic.http.forbidden"
handler404 = "clinic.http.not_found"
handler500 = "clinic.http.server_error"
handler400 = "clinic.http.bad_request"
