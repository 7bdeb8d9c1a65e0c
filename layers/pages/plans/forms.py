"""What a new plan asks of its planner: where, with whose money, and what counts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from layers.figures import number
from layers.models import Unit
from layers.models.plans import Season
from layers.models.roads import RoadClass
from layers.planning.plans.settings import CLASSES, METHODS
from layers.planning.store.usual import usual_gifts
from layers.reports.amounts import MILLION

#: Sources of money of one plan.
SOURCES = 20
#: Million VND that a source may have: a hundred thousand billion.
MOST_MONEY = 100_000_000
#: By class of households, what it is called where it is asked how much it can give.
HOUSES = {
    "household": _("A household that is not poor"),
    "near_poor": _("A near-poor household"),
    "poor": _("A poor household"),
}
METHOD_NAMES = {
    "auto": _("by size (a commune: proven best)"),
    "exact": _("proven best, however long it takes within the time"),
    "greedy": _("quick: package by package"),
    "lns": _("improved for as long as the time allows"),
}


def _paid_for() -> list[tuple[str, Any]]:
    """Return what a source may be given for: a class of roads, facilities, or anything."""
    return [
        ("", _("any work")),
        *((name, RoadClass(name).label) for name in CLASSES),
        ("facility", _("public facilities (schools, culture houses)")),
    ]


class SourceForm(forms.Form):
    """One source of money, in million VND. A row left empty is none."""

    name = forms.CharField(
        label=_("Source"), max_length=80, required=False, widget=forms.TextInput(attrs={"list": "sources-known"})
    )
    amount = forms.FloatField(
        label=_("Million VND"),
        min_value=0,
        max_value=MOST_MONEY,
        required=False,
        widget=forms.NumberInput(attrs={"step": "any"}),
        error_messages={
            "min_value": _("An amount of money is not negative."),
            "max_value": _("This is more than any programme has: write the amount in million VND."),
        },
    )
    classes = forms.ChoiceField(label=_("May pay for"), choices=_paid_for, required=False)
    community = forms.BooleanField(label=_("given by the people"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("amount") and not said.get("name"):
            raise ValidationError(_("Name the source of this money."))
        return said

    def document(self) -> dict[str, Any] | None:
        """Return the source as the settings of a plan hold it; nothing where no amount is given."""
        said = self.cleaned_data
        if not said.get("name") or said.get("amount") is None:
            return None
        only = [said["classes"]] if said["classes"] else []
        return {
            "name": said["name"],
            "amount": said["amount"] * MILLION,
            "community": said["community"],
            "classes": only,
        }


class BaseSources(forms.BaseFormSet):
    default_error_messages = forms.BaseFormSet.default_error_messages | {  # noqa: RUF012
        "too_many_forms": _("A plan has no more than %(num)d sources of money.")
    }

    def clean(self) -> None:
        """Ask for money where none is given, and for a name of its own for each source."""
        if any(self.errors):
            return
        given = [source["name"] for form in self.forms if (source := form.document()) is not None]
        if not given:
            raise ValidationError(_("Give at least one amount of money, in million VND."))
        if len(set(given)) < len(given):
            raise ValidationError(_("Two sources have one name. Give each a name of its own."))


SourceFormSet = forms.formset_factory(
    SourceForm, formset=BaseSources, extra=0, max_num=SOURCES, absolute_max=SOURCES, validate_max=True
)


class PlanForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("Communes"), widget=forms.CheckboxSelectMultiple, to_field_name="code"
    )
    year = forms.TypedChoiceField(label=_("Data at the end of"), coerce=int)
    season = forms.ChoiceField(label=_("Roads must pass in the"), choices=Season, widget=forms.RadioSelect)
    poor_weight = forms.FloatField(
        label=_("A poor person counts for"),
        min_value=1,
        max_value=100,
        initial=4,
        help_text=_("persons; 1: as much as anybody"),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    criterion_weight = forms.FloatField(
        label=_("A criterion turned to met counts for"),
        min_value=0,
        max_value=100,
        initial=5,
        help_text=_("per cent of the persons of its commune"),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    even = forms.FloatField(
        label=_("Each commune gets at least"),
        min_value=0,
        max_value=100,
        initial=0,
        required=False,
        help_text=_("per cent of its even share of the money; 0: nothing is kept for any"),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    capped = forms.BooleanField(label=_("The people give no more than they can afford"), required=False, initial=True)
    approved_built = forms.BooleanField(
        label=_("Works of approved plans count as built and are not proposed again"), required=False, initial=True
    )
    method = forms.ChoiceField(label=_("How to search"), choices=[(name, METHOD_NAMES[name]) for name in METHODS])
    #: Keys of works that the plan begins with, from the page that found them.
    works = forms.RegexField(r"^[\w.:,-]{0,12000}$", required=False, widget=forms.HiddenInput)
    seconds = forms.FloatField(label=_("Seconds to search in the background"), min_value=1, max_value=3600, initial=60)

    def __init__(self, *args: Any, communes: Sequence[Unit], years: Sequence[int], **more: Any) -> None:
        super().__init__(*args, **more)
        units = self.fields["units"]
        units.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in communes]).defer("geom")  # type: ignore[attr-defined]
        units.choices = [(unit.code, str(unit)) for unit in communes]  # type: ignore[attr-defined]
        self.fields["year"].choices = [(year, str(year)) for year in reversed(years)]  # type: ignore[attr-defined]
        for name in (*CLASSES, "facility"):
            self.fields[f"pct_{name}"] = forms.FloatField(
                label=_("public facilities (schools, culture houses)") if name == "facility" else RoadClass(name).label,
                min_value=0,
                max_value=100,
                required=False,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
        usual = usual_gifts()
        for name, title in HOUSES.items():
            self.fields[f"gift_{name}"] = forms.FloatField(
                label=title,
                min_value=0,
                required=False,
                widget=forms.NumberInput(attrs={"step": "any", "placeholder": number(usual[name] / MILLION)}),
            )

    @property
    def gifts(self) -> list[forms.BoundField]:
        """The fields of what a household can give in a year."""
        return [self[name] for name in self.fields if name.startswith("gift_")]

    @property
    def shares(self) -> list[forms.BoundField]:
        """The fields of what the people give, by road class."""
        return [self[name] for name in self.fields if name.startswith("pct_")]

    def document(self, sources: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the settings of a plan (see `planning.plans.settings`)."""
        said = self.cleaned_data
        shares = {name.removeprefix("pct_"): said[name] for name in said if name.startswith("pct_")}
        gifts = {name.removeprefix("gift_"): said[name] for name in said if name.startswith("gift_")}
        return {
            "sources": list(sources),
            "community_pct": {name: share for name, share in shares.items() if share is not None},
            "affordable": {name: gift * MILLION for name, gift in gifts.items() if gift is not None},
            "poor_weight": said["poor_weight"],
            "criterion_weight": said["criterion_weight"] / 100,
            "even": (said["even"] or 0) / 100,
            "capped": said["capped"],
            "approved_built": said["approved_built"],
            "forced_in": (works := [key for key in said["works"].split(",") if key]),
            # They were chosen for a criterion, which counts them wherever they lie.
            "unjoined": works,
            "method": said["method"],
            "seconds": said["seconds"],
        }
