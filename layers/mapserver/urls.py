"""The addresses of this room."""

from django.urls import URLPattern, path

from .serving import current_versions, tile_json, vector_tile

urlpatterns: list[URLPattern] = [
    path("tiles/versions.json", current_versions, name="tile_versions"),
    path("tiles/<slug:slug>.json", tile_json, name="tile_json"),
    path("tiles/<slug:slug>/<str:asked>/<int:year>/<int:z>/<int:x>/<int:y>.mvt", vector_tile, name="vector_tile"),
]
