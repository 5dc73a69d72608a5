"""The description of the API for those who write programs against it."""

from __future__ import annotations

from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView

from clinic.api_auth import ActorAuthentication, Guarded


class SchemaApi(SpectacularAPIView):
    """OpenAPI 3, for members of staff who are signed in."""

    authentication_classes = [ActorAuthentication]
    permission_classes = [Guarded]
    renderer_classes = [OpenApiJsonRenderer]
