"""What somebody drew or typed on the map: a GeoJSON feature, read and held against its layer's declaration."""

import json
import unicodedata
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiLineString, MultiPolygon
from django.contrib.gis.geos.prototypes.io import wkb_w
from django.db.models import Model
from django.forms import ModelForm, model_to_dict, modelform_factory
from django.utils.translation import gettext_lazy as _

from layers.errors import Malformed, Refused
from layers.geo import VIETNAM, WGS84
from layers.json_text import read_json
from layers.mapserver.values import model_field
from layers.models import Layer


def feature_in(body: bytes) -> dict[str, Any]:
    """Return the GeoJSON feature in a request. Raises Malformed where it is none."""
    try:
        feature = read_json(body)
    except ValueError as error:
        raise Malformed(_("The request is not JSON: %(reason)s."), reason=error) from error
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Malformed(_("The request must be one GeoJSON object of the type “Feature”."))
    properties = feature.get("properties")
    if not isinstance(properties, dict | None):
        raise Malformed(_("“properties” must be an object."))
    if not isinstance(feature.get("correction", False), bool):
        raise Malformed(_("“correction” must be true or false."))
    return feature | {"properties": properties or {}}


def editable_names(layer: Layer) -> list[str]:
    """Return the declared fields that a person may type in; the unit follows from the place."""
    columns = {field.name: model_field(layer, field.name) for field in layer.fields if field.stored}
    return [name for name, column in columns.items() if column and column.editable and not column.is_relation]


def fill(layer: Layer, row: Model, properties: dict[str, Any]) -> None:
    """Put properties into a row; those not given stay. Raises Refused with every field that is not right."""
    undeclared = sorted(set(properties) - set(layer.shown))
    if undeclared:
        raise Malformed(_("“%(layer)s” has no field “%(name)s”."), layer=layer.title, name=undeclared[0][:40])
    for name, value in properties.items():
        if isinstance(value, dict | list):
            raise Malformed(_("“%(name)s” must be one value, not a list or an object."), name=name)
    names = editable_names(layer)
    given = {name: _composed(value) for name, value in properties.items() if name in names}
    form_class: type[ModelForm] = modelform_factory(type(row), fields=names)
    form = form_class(model_to_dict(row, names) | given, instance=row)
    if form.errors:
        titles = {field.name: str(field.title) for field in layer.fields}
        lines = [
            f"{titles[name]}: {' '.join(map(str, errors))}" if name in titles else " ".join(map(str, errors))
            for name, errors in form.errors.items()
        ]
        raise Refused(_("Please correct: %(errors)s"), errors="; ".join(lines))


def _composed(value: Any) -> Any:
    """Compose diacritics: some keyboards send them apart, and "à" would then not be found as "à"."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def shape(layer: Layer, geometry: Any) -> GEOSGeometry | None:
    """Return a GeoJSON geometry as the layer stores it: 2D, WGS 84, of its type, valid, in Vietnam."""
    if geometry is None:
        return None
    try:
        geom = GEOSGeometry(json.dumps(geometry))
        flat = GEOSGeometry(wkb_w(2).write(geom), srid=WGS84)
    except (GDALException, GEOSException, ValueError, TypeError, RecursionError) as error:
        raise Malformed(_("The geometry cannot be read. It must be GeoJSON in longitude and latitude.")) from error
    flat = _of_type(layer, flat)
    if flat.empty:
        raise Refused(_("The shape is empty."))
    if not flat.valid:
        reason = flat.valid_reason
        raise Refused(_("The shape is not valid (%(reason)s). Draw it without crossing itself."), reason=reason)
    west, south, east, north = VIETNAM
    x_min, y_min, x_max, y_max = flat.extent
    if not (west <= x_min and x_max <= east and south <= y_min and y_max <= north):
        raise Refused(_("The shape lies outside Vietnam. Are longitude and latitude in their order?"))
    return flat


def _of_type(layer: Layer, geom: GEOSGeometry) -> GEOSGeometry:
    wanted = layer.geometry
    if wanted == "MULTIPOLYGON" and geom.geom_type == "Polygon":
        return MultiPolygon(geom, srid=WGS84)
    if wanted == "LINESTRING" and isinstance(geom, MultiLineString) and len(geom) == 1:
        return geom[0]
    if geom.geom_type.upper() != wanted:
        given = geom.geom_type
        raise Refused(
            _("“%(layer)s” takes a %(wanted)s, not a %(given)s."), layer=layer.title, wanted=wanted, given=given
        )
    return geom
