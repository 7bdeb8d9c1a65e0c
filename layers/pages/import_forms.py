"""What an import asks of its user: which file, and how to read it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.errors import Malformed
from layers.imports import crs
from layers.imports.context import Options
from layers.imports.encodings import DECODERS
from layers.imports.formats import ARCHIVES, BY_SUFFIX
from layers.imports.targets import Target, targets
from layers.models import Unit

ENCODINGS = {
    "utf-8": "Unicode (UTF-8)",
    "tcvn3": "TCVN3 (ABC, .VnTime)",
    "vni": "VNI",
    "viscii": "VISCII",
    "cp1258": "Windows-1258",
    "cp1252": "Windows-1252",
}


def homes(viewer: Viewer) -> list[Unit]:
    """Return the units into which a viewer may import: those the viewer is bound to."""
    return list(Unit.objects.filter(path__in=viewer.areas).defer("geom").order_by("path"))


def province_of(viewer: Viewer) -> str:
    """Return the code of the province in which the viewer works, whose zone leads the list."""
    first = viewer.areas[0].split("/")[0] if viewer.areas and viewer.areas[0] else ""
    return Unit.objects.filter(pk=first).values_list("code", flat=True).first() or "" if first else ""


class ReadingForm(forms.Form):
    """How to read a file. Empty means: as the file says, or as it is recognised."""

    as_of = forms.DateField(
        label=_("The data describe the day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Units that are new are valid from this day; rows are put into the units of this day."),
    )
    unit = forms.ChoiceField(label=_("They lie in"), required=False)
    crs = forms.TypedChoiceField(label=_("Coordinate system"), required=False, coerce=int, empty_value=None)
    encoding = forms.ChoiceField(label=_("Letters are stored as"), required=False)
    part = forms.CharField(
        label=_("Layer, sheet or member of the archive"),
        required=False,
        max_length=200,
        help_text=_("Only where the file has several."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **more: Any) -> None:
        super().__init__(*args, **more)
        units = homes(viewer)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", _("anywhere in my area")),
            *((unit.code, f"{unit} ({unit.code})") for unit in units),
        ]
        self.fields["crs"].choices = [("", _("as the file says")), *crs.choices(province_of(viewer))]  # type: ignore[attr-defined]
        self.fields["encoding"].choices = [  # type: ignore[attr-defined]
            ("", _("recognise")),
            *((name, ENCODINGS[name]) for name in DECODERS),
        ]

    def options(self, mapping: dict[str, str], keep_good: bool = False) -> Options:
        return Options(**self.cleaned_data_for_reading(), mapping=mapping, keep_good=keep_good)

    def cleaned_data_for_reading(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("as_of", "unit", "crs", "encoding", "part")}


class UploadForm(ReadingForm):
    layer = forms.ChoiceField(label=_("Import into"))
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(sorted((*BY_SUFFIX, *ARCHIVES)))}),
        help_text=_(
            "GeoPackage, GeoJSON, FlatGeobuf, KML, GPX, DXF, DGN, CSV, Excel, OpenStreetMap .pbf. "
            "Shapefile and MapInfo: all their files in one .zip."
        ),
    )
    field_order = ("layer", "file", "as_of", "unit", "crs", "encoding", "part")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["layer"].choices = [(target.slug, target.title) for target in targets().values()]  # type: ignore[attr-defined]


def mapping_of(target: Target, data: Any) -> dict[str, str]:
    """Return what the form says fills each field: a heading, "=value" for every row, or "" for nothing."""
    found = {}
    for column in target.every_column:
        said = data.get(f"map-{column.name}")
        if said is None:
            continue
        if len(said) > 300:
            raise Malformed(_("The name of a column is too long."))
        found[column.name] = said
    return found
