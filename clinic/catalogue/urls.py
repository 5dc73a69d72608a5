"""Addresses of the catalogue."""

from clinic.access import Can
from clinic.catalogue import api, views
from clinic.registry import route

READ, MANAGE = Can.READ_CATALOGUE, Can.MANAGE_CATALOGUE

urlpatterns = [
    route("products/", views.product_list, name="product-list", get=READ),
    route("products/new/", views.product_create, name="product-create", get=MANAGE, post=MANAGE),
    route("products/depth/", views.depth_limits, name="depth-limits", get=READ, post=Can.PUBLISH_CONTENT),
    route("products/<uuid:product_id>/", views.product_detail, name="product-detail", get=READ),
    route("products/<uuid:product_id>/edit/", views.product_edit, name="product-edit", get=MANAGE, post=MANAGE),
    route("devices/new/", views.device_create, name="device-create", get=MANAGE, post=MANAGE),
    route("devices/<uuid:device_id>/", views.device_detail, name="device-detail", get=READ, post=MANAGE),
    route("devices/<uuid:device_id>/edit/", views.device_edit, name="device-edit", get=MANAGE, post=MANAGE),
]
api_urlpatterns = [
    route("products/", api.ProductsApi, name="api-product-list", get=READ, post=MANAGE),
    route("products/<uuid:product_id>/", api.ProductApi, name="api-product-detail", get=READ, patch=MANAGE),
    route("devices/", api.DevicesApi, name="api-device-list", get=READ, post=MANAGE),
    route("devices/<uuid:device_id>/", api.DeviceApi, name="api-device-detail", get=READ, patch=MANAGE),
    route("depth-limits/", api.DepthLimitsApi, name="api-depth-limits", get=READ, post=Can.PUBLISH_CONTENT),
]
