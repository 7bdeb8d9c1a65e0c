"""The addresses of field work."""

from django.urls import path

from . import (
    carried,
    collect,
    devices,
    inbox,
    openrosa,
    receiving,
    record,
    sending,
    signing_in,
    submission,
    taking_along,
)

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
    path("field/inbox/", inbox.inbox, name="field_inbox"),
    path("field/inbox/points.json", inbox.points, name="field_inbox_points"),
    path("field/inbox/<int:pk>/", submission.submission_page, name="field_submission"),
    path("field/inbox/<int:pk>/place.json", submission.place, name="field_submission_place"),
    path("field/inbox/<int:pk>/photos/<int:attachment>.jpg", submission.photo, name="field_photo"),
    path("field/inbox/<int:pk>/decide", submission.decide, name="field_decide"),
    path("field/records/<uuid:uid>/", record.record_page, name="field_record"),
    path("field/records/<uuid:uid>/place.json", record.record_place, name="field_record_place"),
    path("field/devices/", devices.devices_page, name="field_devices_page"),
    path("field/devices/<uuid:pk>/revoke", devices.revoke, name="field_device_revoke"),
    path("field/import/", carried.carried_page, name="field_carried"),
    path("field/collect/", collect.collect_page, name="field_collect"),
    path("or/formList", openrosa.form_list, name="or_form_list"),
    path("or/forms/<str:form_id>.xml", openrosa.form, name="or_form"),
    path("or/forms/<str:form_id>/manifest", openrosa.manifest, name="or_manifest"),
    path("or/forms/<str:form_id>/<str:name>", openrosa.media, name="or_media"),
    path("or/submission", openrosa.submission, name="or_submission"),
]
