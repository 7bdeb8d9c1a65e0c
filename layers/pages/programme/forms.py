"""What people type on the pages of the cycle."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused
from layers.models import Finding, Indicator, Milestone, Status
from layers.models.programme import Action, State
from layers.programme.evidence import ACCEPT
from layers.programme.sense import FIRST_DAY, Told, require_day

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what is in them is looked at by `layers.programme.evidence`."""

    widget = Files

    def __init__(self, **more: Any) -> None:
        super().__init__(
            required=False,
            label=_("Photos and documents"),
            help_text=_("JPEG, PNG, WebP or PDF. Photos are stored without the position that a telephone adds."),
            widget=Files(attrs={"accept": ACCEPT}),
            **more,
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in given]


class StepForm(forms.Form):
    """One step of a year; `seen` is the state in which its user saw the year."""

    action = forms.ChoiceField(choices=Action.choices, widget=forms.HiddenInput)
    seen = forms.ChoiceField(choices=State.choices, widget=forms.HiddenInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    decision_number = forms.CharField(label=_("Number of the decision or minutes"), required=False, max_length=60)
    decision_on = forms.DateField(label=_("Date of the decision or minutes"), required=False, widget=DATE)
    attached = FilesField()
    knowing = forms.BooleanField(label=_("I know that these criteria are not met"), required=False)
    sure = forms.BooleanField(label=_("I have looked through what is declared; once handed in it stands still"),
                              required=False)  # fmt: skip


class DeclareForm(forms.Form):
    """What a commune declares against one indicator."""

    status = forms.ChoiceField(
        label=_("The commune's own result"),
        choices=[(one.value, one.label) for one in (Status.MET, Status.UNMET, Status.UNKNOWN)],
        widget=forms.RadioSelect,
    )
    value = forms.FloatField(label=_("Value"), required=False, localize=True)
    numerator = forms.FloatField(label=_("Counted"), required=False, min_value=0, localize=True)
    denominator = forms.FloatField(label=_("Out of"), required=False, min_value=0, localize=True)
    evidence = forms.CharField(
        label=_("Evidence in words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(label=_("Source"), max_length=300)
    as_of = forms.DateField(label=_("As of"), required=False, widget=DATE)
    decision_number = forms.CharField(label=_("Number of the decision or minutes"), required=False, max_length=60)
    decision_on = forms.DateField(label=_("Date of the decision or minutes"), required=False, widget=DATE)
    attached = FilesField()

    def __init__(self, *args: Any, indicator: Indicator, **more: Any) -> None:
        super().__init__(*args, **more)
        if indicator.boolean:
            for name in ("value", "numerator", "denominator"):
                del self.fields[name]
        else:
            self.fields["value"].help_text = indicator.unit
            if indicator.unit != "%":
                for name in ("numerator", "denominator"):
                    del self.fields[name]

    def told(self) -> Told:
        return Told(**{name: value for name, value in self.cleaned_data.items() if name != "attached"})


def last_year_ahead() -> int:
    """Return the last year for which a goal or a deadline may be set."""
    return timezone.localdate().year + settings.LIMITS["YEARS_AHEAD"]


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ("indicator", "first_year", "target_year", "works", "responsible")
        widgets = {"works": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "indicator": _("Of the whole criterion or one indicator"),
            "first_year": _("Measured from the end of year"),
            "target_year": _("To be met by the end of year"),
            "works": _("What it takes"),
            "responsible": _("Office or post responsible"),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        criterion = self.instance.criterion
        field = self.fields["indicator"]
        self.fields["works"].required = self.fields["responsible"].required = True
        field.queryset = Indicator.objects.filter(criterion=criterion)  # type: ignore[attr-defined]
        field.empty_label = _("the whole criterion")  # type: ignore[attr-defined]
        field.label_from_instance = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, target = data.get("first_year"), data.get("target_year")
        last = last_year_ahead()
        if first and target and target < first:
            raise ValidationError({"target_year": _("The target year comes before the year it is measured from.")})
        for name, year in (("first_year", first), ("target_year", target)):
            if year and not FIRST_DAY.year <= year <= last:
                words = {"first": FIRST_DAY.year, "last": last}
                self.add_error(name, _("A year between %(first)s and %(last)s.") % words)
        return data


def named(indicator: Indicator) -> str:
    """Return an indicator as a list of choices shows it."""
    name = str(indicator.name_vi)
    return f"{indicator} {name if len(name) < 90 else name[:88] + '…'}"


class FindingForm(forms.ModelForm):
    """A finding: what was found, on what it bears, where, who sees to it by when."""

    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=60,
        help_text=_("Click on the map, or type 22.147, 105.835 or VN-2000 metres. Empty: the middle of the unit."),
    )
    attached = FilesField()

    class Meta:
        model = Finding
        fields = ("name", "kind", "detail", "indicator", "found_on", "due_on", "responsible", "assignee")
        widgets = {"detail": forms.Textarea(attrs={"rows": 3}), "found_on": DATE, "due_on": DATE}
        labels = {
            "name": _("In short"),
            "kind": _("Kind"),
            "detail": _("Finding in full"),
            "indicator": _("Indicator it bears on"),
            "found_on": _("Found on"),
            "due_on": _("To be settled by"),
            "responsible": _("Office or post responsible"),
            "assignee": _("User who sees to it"),
        }
        # The label says it.
        help_texts = {"responsible": ""}

    def __init__(self, *args: Any, indicators: Any, users: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].required = self.fields["due_on"].required = True
        indicator, assignee = self.fields["indicator"], self.fields["assignee"]
        indicator.queryset, assignee.queryset = indicators, users  # type: ignore[attr-defined]
        indicator.label_from_instance = named  # type: ignore[attr-defined]
        indicator.empty_label = assignee.empty_label = "–"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        found, due = data.get("found_on"), data.get("due_on")
        try:
            require_day(found, _("The day of the inspection"))
        except Refused as error:
            self.add_error("found_on", str(error))
        if not data.get("responsible") and not data.get("assignee"):
            self.add_error("responsible", _("Say who sees to it: an office or post, or a user."))
        if found and due and due < found:
            raise ValidationError({"due_on": _("It cannot be due before it was found.")})
        if due and due.year > last_year_ahead():
            self.add_error("due_on", _("No later than %(last)s.") % {"last": f"31/12/{last_year_ahead()}"})
        return data


class CloseForm(forms.Form):
    closed_on = forms.DateField(label=_("Closed on"), widget=DATE)
    closing = forms.CharField(label=_("How it was settled"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    attached = FilesField()


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is opened anew"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
