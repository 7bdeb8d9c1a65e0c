"""What somebody types to change a criteria set."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from layers.criteria.changing import NewValue, Scope, closed, impossible
from layers.criteria.measures import MEASURES
from layers.models import Comparator, CriteriaSet, Criterion, Indicator, Unit
from layers.models.units import CommuneGroup, Region

GROUPS = [(0, _("every group")), *CommuneGroup.choices]


def reason_field(required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=required,
        help_text=_("Kept in the history, with your name and the time."),
    )


class ValueForm(forms.Form):
    """A value from a year on. Its scope is a province ("06"), a region ("@TDMNPB") or the nation ("@")."""

    scope = forms.ChoiceField(label=_("Holds for"))
    commune_group = forms.TypedChoiceField(label=_("Group of communes"), choices=GROUPS, coerce=int, initial=0)
    first_year = forms.IntegerField(label=_("From year"))
    value = forms.FloatField(label=_("Value"), localize=True)
    verified = forms.BooleanField(label=_("Confirmed against the decision itself"), required=False)
    source = forms.CharField(label=_("Source"), max_length=300, help_text=_("Number, date and issuer of the decision."))
    reason = reason_field()

    def __init__(self, *args: Any, indicator: Indicator, provinces: list[Unit], national: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.indicator, self.provinces = indicator, {one.code: one for one in provinces}
        own = [(one.code, str(one)) for one in provinces]
        wide = [("@", _("the whole country")), *((f"@{region}", title) for region, title in Region.choices)]
        self.fields["scope"].choices = own + (wide if national else [])  # type: ignore[attr-defined]
        self.fields["value"].help_text = indicator.unit
        if indicator.boolean:
            self.fields["value"].initial = 1
            self.fields["value"].widget = forms.HiddenInput()

    def clean_value(self) -> float:
        value: float = self.cleaned_data["value"]
        wrong = None if self.indicator.boolean else impossible(value, self.indicator.unit)
        if wrong:
            raise forms.ValidationError(str(wrong))
        return value

    def clean(self) -> dict[str, Any]:
        """Refuse a value of a province from a year on in which it is no more: no commune would be held against it."""
        data = super().clean() or self.cleaned_data
        province, year = self.provinces.get(data.get("scope", "")), data.get("first_year")
        if province and province.valid_to and year and province.valid_to <= date(year, 12, 31):
            words = {"province": province, "day": date_format(province.valid_to, "d/m/Y")}
            self.add_error("first_year", _("%(province)s ended on %(day)s: set the value for its successor.") % words)
        return data

    @property
    def confirming(self) -> str:
        """What is agreed to by whoever stores after having been told what turns: nothing of it may change since."""
        return " ".join(str(self.cleaned_data[name]) for name in ("scope", "commune_group", "first_year", "value"))

    def scoped(self) -> Scope:
        chosen, group = self.cleaned_data["scope"], self.cleaned_data["commune_group"]
        if chosen.startswith("@"):
            return Scope(region=chosen[1:], commune_group=group)
        return Scope(province_code=chosen, commune_group=group)

    def new(self) -> NewValue:
        data = self.cleaned_data
        return NewValue(data["first_year"], data["value"], data["verified"], data["source"], data["reason"])


class TakeAwayForm(forms.Form):
    """Taking a value away again, and why."""

    reason = reason_field()


#: Before this day there was no programme of new rural communes, so no group of its communes.
FIRST_DAY = date(2010, 1, 1)


class GroupForm(forms.Form):
    """Which communes belong to a group from a day on, and why."""

    commune_group = forms.TypedChoiceField(label=_("Group of communes"), choices=CommuneGroup.choices, coerce=int)
    since = forms.DateField(label=_("From the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Such as number, date and issuer of the decision.")
    )
    communes = forms.ModelMultipleChoiceField(
        label=_("Communes"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, communes: QuerySet[Unit], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["communes"].queryset = communes  # type: ignore[attr-defined]

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        last = date(timezone.localdate().year + 1, 12, 31)
        if not FIRST_DAY <= since <= last:
            words = {"first": date_format(FIRST_DAY, "d/m/Y"), "last": date_format(last, "d/m/Y")}
            raise forms.ValidationError(_("A day between %(first)s and %(last)s.") % words)
        return since


#: What follows `/criteria/` for other pages, so that no set can be called so.
RESERVED = frozenset({"groups", "indicators", "new"})
#: Years a set may be for.
YEARS = (2000, 2100)


class SetForm(forms.ModelForm):
    """A set of its own years and code. A set that exists is changed without what it would begin with."""

    first_year = forms.IntegerField(label=_("first year"), min_value=YEARS[0], max_value=YEARS[1])
    last_year = forms.IntegerField(label=_("last year"), min_value=YEARS[0], max_value=YEARS[1])
    like = forms.ModelChoiceField(
        label=_("Begin with the criteria and values of"),
        queryset=CriteriaSet.objects.all(),
        required=False,
        empty_label=_("nothing: an empty set"),
        help_text=_("Values that are taken over count as not verified in the new set."),
    )

    class Meta:
        model = CriteriaSet
        fields = ("code", "name", "legal_basis", "first_year", "last_year", "source")
        error_messages = {  # noqa: RUF012
            "code": {
                "invalid": _(
                    "A code has letters without accents, digits, hyphens and underscores only, and no spaces."
                ),
                "unique": _("There is a set of this code already. Choose another."),
            }
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.instance.pk:
            del self.fields["like"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("“%(code)s” names another page. Choose another code.") % {"code": code})
        return code

    def clean(self) -> dict[str, Any]:
        """Refuse years that are swapped or taken in words; the database would refuse them with a name of its own."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("first_year"), data.get("last_year")
        if first is None or last is None:
            return data
        if last < first:
            self.add_error("last_year", _("The last year is before the first."))
            return data
        others = CriteriaSet.objects.exclude(pk=self.instance.pk)
        other = others.filter(first_year__lte=last, last_year__gte=first).first()
        if other:
            words = {"code": other.code, "first": other.first_year, "last": other.last_year}
            self.add_error("first_year", _("One set holds in each year, and set %(code)s holds in %(first)s–%(last)s. "
                                           "A province's own values are set within that set.") % words)  # fmt: skip
        return data


class EnglishForm(forms.ModelForm):
    """Names in two languages. Where there is no English one yet, the Vietnamese stands for it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name_en"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["name_en"] = data.get("name_en") or data.get("name_vi", "")
        return data


class CriterionForm(EnglishForm):
    class Meta:
        model = Criterion
        fields = ("name_vi", "name_en")


#: Longer than any indicator's wording in a decision.
LONGEST_NAME = 1000


class IndicatorForm(EnglishForm):
    """An indicator. One that is changed says why, and keeps its meaning where a year was recognised by its set."""

    code = forms.RegexField(
        "^[0-9A-Za-zĐđ.]+$",
        label=_("Code"),
        max_length=8,
        error_messages={"invalid": _("A code has letters, digits and points only, such as 17.1.")},
    )
    measure = forms.ChoiceField(label=_("Computed by"), required=False)
    reason = reason_field()

    class Meta:
        model = Indicator
        fields = ("criterion", "code", "part", "name_vi", "name_en", "boolean", "comparator", "unit", "measure",
                  "verified")  # fmt: skip
        labels = {"criterion": _("Criterion")}
        error_messages = {  # noqa: RUF012
            NON_FIELD_ERRORS: {"unique_together": _("This criterion has an indicator of this code and part already.")}
        }
        widgets = {"name_vi": forms.Textarea(attrs={"rows": 2}), "name_en": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, criteria_set: CriteriaSet, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["criterion"].queryset = criteria_set.criteria.all()  # type: ignore[attr-defined]
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            ("", _("declared only")),
            *((slug, f"{measure.title} ({slug})") for slug, measure in MEASURES.items()),
        ]
        self.fields["comparator"].required = self.fields["unit"].required = False
        for name in ("name_vi", "name_en"):
            self.fields[name].max_length = LONGEST_NAME  # type: ignore[attr-defined]
            self.fields[name].validators.append(MaxLengthValidator(LONGEST_NAME))
        if not self.instance.pk:
            del self.fields["reason"]
        elif closed(criteria_set):
            for name in Indicator.MEANING:
                self.fields[name].disabled = True
            self.fields["code"].help_text = _("Years were recognised by this set: what its indicators mean stays.")

    def clean(self) -> dict[str, Any]:
        """Complete what follows from “met or not”, and refuse what contradicts it."""
        data = super().clean()
        if data.get("boolean"):
            data["comparator"], data["unit"] = Comparator.IS, data.get("unit") or "đạt"
        elif not data.get("comparator"):
            self.add_error("comparator", _("Say how a value is compared with the standard."))
        elif not data.get("unit"):
            self.add_error("unit", _("Say in what a value is told, such as %."))
        return data

    @property
    def confirming(self) -> str:
        """What is agreed to by whoever stores after having been told what turns: nothing of it may change since."""
        return " ".join(str(self.cleaned_data[name]) for name in Indicator.MEANING)


class SheetForm(forms.Form):
    file = forms.FileField(label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}))


class StoreForm(forms.Form):
    """Storing what was checked: `checked` names the very file."""

    checked = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput)
    reason = reason_field()
