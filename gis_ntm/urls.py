"""The addresses of gis-ntm."""

from django.urls import path

urlpatterns = [
    path("", lambda request: None, name="map"),
]
