"""Where the page of a record is, for those who may open it."""

from uuid import UUID

from django.urls import reverse

from layers.access import Audience, Viewer
from layers.fieldwork.definitions import DEFINITIONS

OF_LAYER = {each.layer: each for each in DEFINITIONS.values() if each.layer}


def address_of(viewer: Viewer, layer: str, path: str, uid: UUID | None) -> str:
    """Return the address of a record's page; "" for who may not open it, and for what field work does not keep."""
    entitled = viewer.may_edit and viewer.may_see(Audience.PERSONAL) and viewer.covers(path)
    return reverse("field_record", args=[uid]) if entitled and uid is not None and layer in OF_LAYER else ""
