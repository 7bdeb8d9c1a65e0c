"""The addresses of field work."""

from django.urls import path

from . import receiving, sending, signing_in, taking_along

API = "api/field/v1"

urlpatterns = [
    path(f"{API}/ping", signing_in.ping, name="field_ping"),
    path(f"{API}/key", signing_in.key, name="field_key"),
    path(f"{API}/devices", signing_in.sign_in, name="field_devices"),
    path(f"{API}/devices/self", signing_in.describe, name="field_device"),
    path(f"{API}/forms", taking_along.forms, name="field_forms"),
    path(f"{API}/packs", taking_along.pack_list, name="field_packs"),
    path(f"{API}/packs/<str:code>/basemap.pmtiles", taking_along.basemap, name="field_basemap"),
    path(f"{API}/records", taking_along.records, name="field_records"),
    path(f"{API}/submissions", sending.submissions, name="field_submissions"),
    path(f"{API}/submissions/batch", sending.batch, name="field_batch"),
    path(f"{API}/attachments/<str:digest>", receiving.attachment, name="field_attachment"),
]
