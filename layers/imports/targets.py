"""What a file may be imported into, and which columns it may fill: read from the layers' own declarations."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any, cast

from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from layers.errors import NotFound
from layers.models import LAYERS, Declaration, Layer, Review, Statistic

from .codes import CODES
from .keys import key


class Type(StrEnum):
    """How a value is read; the value is the type of the staged column."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "double precision"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Column:
    """One field that a file may fill. `choices` go from a compared word to the stored value; `values` are the stored
    ones with their names. `labels` are its title in every language: a heading that says so is always this column's.

    A value that cannot be read is left out, with a warning, unless the column is required or `strict`.
    """

    name: str
    title: str | Promise
    type: Type
    headings: tuple[str, ...] = ()
    required: bool = False
    strict: bool = False
    labels: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    values: tuple[tuple[str, str | Promise], ...] = ()
    length: int | None = None
    low: float | None = None
    high: float | None = None
    unit: str | Promise = ""


class Family(StrEnum):
    """How a row finds its place and its counterpart in the store."""

    UNITS = "units"
    FEATURES = "features"
    COUNTS = "counts"


@dataclass(frozen=True)
class Target:
    """Where rows go. `reviews` are the columns of a household's yearly review, kept in a table of their own.

    `geometry` is POINT, LINESTRING, MULTIPOLYGON, or "" for a table without places; a row may lack it unless
    it is `placed`.
    """

    slug: str
    title: str | Promise
    model: type[models.Model]
    family: Family
    columns: tuple[Column, ...]
    geometry: str = ""
    placed: bool = False
    layer: Layer | None = None
    reviews: tuple[Column, ...] = ()

    @property
    def every_column(self) -> tuple[Column, ...]:
        return self.columns + self.reviews

    def column(self, name: str) -> Column | None:
        return next((column for column in self.every_column if column.name == name), None)


#: Headings beyond those the layers declare, most telling first. The same heading says different things in
#: different layers: MA_XA is a commune's own code and a hamlet's parent.
HEADINGS: dict[tuple[str, str], str] = {
    ("provinces", "code"): "code|ma|province_code|ma_tinh|ma_tp|matinh",
    ("provinces", "name"): "name|ten|province_name|ten_tinh|tinh_thanh_pho|tentinh",
    ("provinces", "parent"): "",
    ("districts", "code"): "code|ma|district_code|ma_huyen|ma_qh|mahuyen",
    ("districts", "name"): "name|ten|district_name|ten_huyen|quan_huyen|tenhuyen",
    ("districts", "parent"): "parent|parent_code|province_code|ma_tinh|ma_tp|matinh",
    ("communes", "code"): "code|ma|commune_code|ma_xa|ma_px|maxa|c_code",
    ("communes", "name"): "name|ten|commune_name|ten_xa|tenxa|phuong_xa|c_namevi|name_vi|commune",
    ("communes", "parent"): "parent|parent_code|district_code|ma_huyen|ma_qh|mahuyen|d_code",
    ("communes", "province"): "province_code|ma_tinh|ma_tp|matinh|p_code",
    ("communes", "title"): "title|loai|cap",
    ("hamlets", "code"): "code|ma|ma_thon|mathon|hamlet_code|ma_ban",
    ("hamlets", "name"): "name|ten|ten_thon|tenthon|hamlet|hamlet_name|ten_ban|thon",
    ("hamlets", "parent"): "parent|parent_code|ma_xa|maxa|commune_code|ma_px",
    ("roads", "name"): "name|ten|ten_duong|tenduong|road_name",
    ("roads", "road_class"): "road_class|loai_duong|loaiduong|cap_duong|class|management|highway",
    ("roads", "width_m"): "width_m|width|be_rong|rong_mat|rong|chieu_rong|carriageway_width",
    ("roads", "condition"): "condition|tinh_trang|tinhtrang",
    ("roads", "vpromms_id"): "vpromms_id|vpromm_id|vpromms|ma_duong",
    ("*", "key"): "key|osm_id|ma_ho|household_code",
    ("facilities", "level"): "level|cap_hoc|isced:level",
    ("*", "unit"): "unit|unit_code|ma_thon|mathon|hamlet_code|ma_xa|maxa|commune_code|ma_px",
}
_REVIEW_HEADINGS = {
    "year": "year|nam|nam_ra_soat",
    "category": "category|phan_loai|loai_ho|ho_ngheo|dien_ho|ket_qua_ra_soat",
    "hygienic_water": "hygienic_water|nuoc_hvs|nuoc_hop_ve_sinh",
    "clean_water": "clean_water|nuoc_sach",
    "sanitary": "sanitary|nha_tieu_hvs|nha_tieu_hop_ve_sinh|ho_xi_hvs",
    "livestock": "livestock|chan_nuoi",
    "hygienic_pen": "hygienic_pen|chuong_trai_hvs|chuong_trai_hop_ve_sinh",
    "waste_collected": "waste_collected|thu_gom_rac|rac_thai",
}
_COUNT_HEADINGS = {
    "unit": "unit|unit_code|ma_don_vi|ma_xa|maxa|commune_code|ma_thon|xa|ten_xa|xa_phuong|ten_don_vi",
    "year": "year|nam",
    "code": "code|ma_so_lieu|chi_tieu|noi_dung",
    "indicator": "indicator|chi_tieu|ma_chi_tieu",
    "part": "part|phan",
    "numerator": "numerator|tu_so|gia_tri",
    "denominator": "denominator|mau_so|tong_so",
    "value": "value|gia_tri",
    "status": "status|ket_qua",
    "evidence": "evidence|minh_chung",
    "source": "source|nguon",
    "as_of": "as_of|ngay",
}


def _type(model_field: models.Field) -> Type:
    # Nullable small integers with choices (a road's condition) stay integers: their codes are numbers.
    for kinds, kind in (
        ((models.BooleanField,), Type.BOOLEAN),
        ((models.IntegerField,), Type.INTEGER),
        ((models.FloatField,), Type.NUMBER),
        ((models.DateField,), Type.DATE),
    ):
        if isinstance(model_field, kinds):
            return kind
    return Type.TEXT


def _in_every_language(text: str | Promise) -> tuple[str, ...]:
    said = []
    for language in ("vi", "en"):
        with translation.override(language):
            said.append(str(text))
    return tuple(said)


def _choices(slug: str, model_field: models.Field) -> dict[str, str]:
    words: dict[str, str] = {}
    for value, label in model_field.flatchoices:
        words[key(str(value))] = str(value)
        for said in _in_every_language(label):
            words.setdefault(key(said), str(value))
    return words | CODES.get((slug, model_field.name), {}) if words else {}


#: What a value must lie between where its column's type does not say so.
_BOUNDS = {"width_m": (0.1, 59.9), "base_width_m": (0.1, 99.0), "accuracy_m": (0, 10_000), "members": (0, 60)}


def _bounds(name: str) -> tuple[float | None, float | None]:
    return (1900, 2100) if name.endswith("year") else _BOUNDS.get(name, (0, None))


def _labelled(column: Column) -> Column:
    """Return a column that knows its title as a heading: alone, or with its unit as in the product's own sheets."""
    titles = _in_every_language(column.title)
    units = _in_every_language(column.unit)
    return replace(
        column, labels=(*titles, *(f"{title} ({unit})" for title, unit in zip(titles, units, strict=True) if unit))
    )


def _column(slug: str, model: type[models.Model], name: str, headings: str, **more: Any) -> Column:
    model_field = cast(models.Field, model._meta.get_field(name))
    low, high = _bounds(name)
    return replace(
        Column(
            name=name,
            title=model_field.verbose_name,
            type=_type(model_field),
            headings=tuple(headings.split("|")) if headings else (),
            choices=_choices(slug, model_field),
            values=tuple((str(value), label) for value, label in model_field.flatchoices if value not in ("", None)),
            length=getattr(model_field, "max_length", None),
            low=low,
            high=high,
        ),
        **more,
    )


def _of_layer(layer: Layer) -> Target:
    units = layer.path == "path"
    columns = []
    for declared in layer.fields:
        if declared.stored:
            default = "|".join(declared.source)
            headings = HEADINGS.get((layer.slug, declared.name), HEADINGS.get(("*", declared.name), default))
            more = {"title": declared.title, "required": declared.required, "unit": declared.unit}
            columns.append(_column(layer.slug, layer.model, declared.name, headings, **more))
    names = {column.name for column in columns}
    if not units and "key" not in names:
        key_column = _column(layer.slug, layer.model, "key", HEADINGS["*", "key"])
        columns.append(replace(key_column, title=_("key in its source")))
    if layer.slug == "communes":
        columns.append(replace(columns[0], name="province", title=_("code of the province"), required=False,
                               headings=tuple(HEADINGS["communes", "province"].split("|"))))  # fmt: skip
    reviews = layer.slug == "households"
    return Target(
        slug=layer.slug,
        title=layer.title,
        model=layer.model,
        family=Family.UNITS if units else Family.FEATURES,
        columns=tuple(columns),
        geometry=layer.geometry,
        placed=not (units or layer.model._meta.get_field(layer.geometry_field).null),
        layer=layer,
        reviews=tuple(
            # What a review is of and what it says: a guess at either would make a household poor, or not.
            _column("households", Review, name, headings, strict=name in ("year", "category"))
            for name, headings in _REVIEW_HEADINGS.items()
        )
        if reviews
        else (),
    )


_STRICT = {"value", "numerator", "denominator", "as_of"}


def _of_counts(slug: str, title: str | Promise, model: type[models.Model], names: str, required: str) -> Target:
    columns = tuple(
        # What cannot be read of a declared number would leave a result without it.
        _column(slug, model, name, _COUNT_HEADINGS[name], required=name in required.split(), strict=name in _STRICT)
        for name in names.split()
    )
    return Target(slug=slug, title=title, model=model, family=Family.COUNTS, columns=columns)


@cache
def targets() -> dict[str, Target]:
    """Return everything a file may be imported into, by slug."""
    made = [_of_layer(layer) for layer in LAYERS.values() if layer.importable]
    made.append(_of_counts(
        "statistics", _("Counted statistics"), Statistic,
        "unit year code numerator denominator source as_of", "unit year code numerator",
    ))  # fmt: skip
    made.append(_of_counts(
        "declarations", _("Declared results"), Declaration,
        "unit year indicator value numerator denominator status evidence source as_of", "unit year indicator status",
    ))  # fmt: skip
    return {target.slug: _with_labels(target) for target in made}


def _with_labels(target: Target) -> Target:
    columns, reviews = (tuple(map(_labelled, some)) for some in (target.columns, target.reviews))
    return replace(target, columns=columns, reviews=reviews)


def target_of(slug: str) -> Target:
    """Return the target of that name, or say which there are."""
    try:
        return targets()[slug]
    except KeyError:
        raise NotFound(
            _("There is no layer “%(slug)s” to import into. There are: %(slugs)s."),
            slug=slug,
            slugs=", ".join(targets()),
        ) from None
