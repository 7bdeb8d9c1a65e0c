"""What a siting study asks of its planner."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from layers.access import Viewer
from layers.figures import number
from layers.models import Unit
from layers.models.siting import SiteKind
from layers.models.units import Kind
from layers.planning.waste.figures import figures_of
from layers.reports.siting.words import COMPASS

from .coordinates import pair_in, place_of, zone_of

MILLION = 1_000_000


def units_for(viewer: Viewer, year: int) -> list[Unit]:
    """Return the units that a viewer may ask about, from the whole to the part."""
    kinds = (Kind.DISTRICT, Kind.COMMUNE, Kind.HAMLET) if len(viewer.areas) == 1 else (Kind.DISTRICT, Kind.COMMUNE)
    return list(
        Unit.objects.at_end_of(year)
        .filter(viewer.within("path"), kind__in=kinds, geom__isnull=False)
        .only("path", "name", "title", "code", "kind")
        .order_by("path")
    )


class StudyForm(forms.Form):
    """A question: for which unit and year, with how much money, and the figures it starts from."""

    name = forms.CharField(label=_("Name"), required=False, max_length=120, help_text=_("To find it again."))
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    budget = forms.FloatField(
        label=_("Budget for building, million VND"),
        required=False,
        min_value=0,
        help_text=_("Left empty: not limited."),
    )
    wind = forms.TypedChoiceField(
        label=_("The wind mostly comes from"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Smoke falls on the other side; whoever lives there weighs against a place."),
    )
    plant = forms.CharField(
        label=_("Position of the existing plant"),
        required=False,
        max_length=60,
        help_text=_("Only where it is not on record: “22.147, 105.835”, or VN-2000 metres."),
    )

    def __init__(self, *args: Any, viewer: Viewer, kind: SiteKind, year: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind, self.units = kind, {unit.pk: unit for unit in units_for(viewer, year)}
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (pk, f"{unit} ({unit.code})") for pk, unit in self.units.items()
        ]
        self.fields["wind"].choices = [("", _("not asked about")), *((45 * i, name) for i, name in enumerate(COMPASS))]  # type: ignore[attr-defined]
        if kind != SiteKind.INCINERATOR:
            del self.fields["wind"]
        self.figures = figures_of(kind)
        for figure in self.figures:
            self.fields[f"figure_{figure.name}"] = forms.FloatField(
                label=str(figure.title),
                initial=int(figure.value) if figure.value == int(figure.value) else figure.value,
                min_value=0,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )

    def figure_rows(self) -> list[dict[str, Any]]:
        """Return the fields of figures, each with its unit, its usual range and whether a source was found."""
        return [
            {
                "field": self[f"figure_{figure.name}"],
                "figure": figure,
                "low": number(figure.low),
                "high": number(figure.high),
            }
            for figure in self.figures
        ]

    def clean_plant(self) -> tuple[float, float] | None:
        text = self.cleaned_data["plant"]
        if not text:
            return None
        unit = self.units.get(self.cleaned_data.get("unit", 0))
        province = Unit.objects.filter(pk=int(unit.path.split("/")[0])).values_list("code", flat=True) if unit else []
        pair = pair_in(text)
        place = place_of(pair, zone_of(unit, next(iter(province), ""))) if pair else None
        if place is None:
            raise forms.ValidationError(_("This is no position in Vietnam. Write it such as “22.147, 105.835”."))
        return place.lon, place.lat

    def options(self) -> dict[str, Any]:
        """Return the options of a study (`planning.waste.study.ask`)."""
        data = self.cleaned_data
        return {
            "budget": None if data["budget"] is None else data["budget"] * MILLION,
            "wind_from": data.get("wind"),
            "plant": data["plant"],
            "figures": {figure.name: data[f"figure_{figure.name}"] for figure in self.figures},
        }
