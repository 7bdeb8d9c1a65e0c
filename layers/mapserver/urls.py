"""The addresses of this room."""

from django.urls import URLPattern, path

from . import ogc
from .export import download
from .serving import current_versions, tile_json, vector_tile
from .terrain import hillshade_tile

urlpatterns: list[URLPattern] = [
    path("tiles/versions.json", current_versions, name="tile_versions"),
    path("tiles/<slug:slug>.json", tile_json, name="tile_json"),
    path("tiles/<slug:slug>/<str:asked>/<int:year>/<int:z>/<int:x>/<int:y>.mvt", vector_tile, name="vector_tile"),
    path("terrain/<int:pk>/<int:z>/<int:x>/<int:y>.png", hillshade_tile, name="hillshade_tile"),
    path("ogc/", ogc.landing, name="ogc"),
    path("ogc/api", ogc.api, name="ogc_api"),
    path("ogc/conformance", ogc.conformance, name="ogc_conformance"),
    path("ogc/collections", ogc.collections, name="ogc_collections"),
    path("ogc/collections/<slug:slug>", ogc.collection, name="ogc_collection"),
    path("ogc/collections/<slug:slug>/items", ogc.items, name="ogc_items"),
    path("ogc/collections/<slug:slug>/items/<int:pk>", ogc.item, name="ogc_item"),
    path("export/<slug:slug>.<str:form>", download, name="export"),
]
