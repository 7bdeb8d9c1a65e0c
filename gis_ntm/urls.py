"""The addresses of gis-ntm: the rooms that serve bring their own."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

urlpatterns = [
    path("", include("layers.mapserver.urls")),
    path("", include("layers.pages.urls")),
    path("", include("layers.pages.field.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["layers"]), name="javascript-catalog"),
]

handler404 = "layers.http.not_found"
handler500 = "layers.http.fault"
