"""The forms as they are now: what is asked of each kind of record. Choices and names are those of the store."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from layers.models import LAYERS, Facility, Household, Review, Road, Status, WasteSite
from layers.models.households import Category
from layers.models.layer import Dated, Text

Choices = tuple[tuple[str, Text], ...]
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Question:
    """One field of a form; docs/field-protocol.md says what each part means. `minimum` and `maximum` are inclusive."""

    name: str
    type: str
    label: Text
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    unit: Text = ""
    hint: Text = ""
    choices: Choices = ()
    review: bool = False
    proposal: bool = False
    personal: bool = False
    write_only: bool = False
    only_if: tuple[str, object] | None = None


@dataclass(frozen=True)
class Definition:
    """A form. `layer` is the slug of the map layer whose records it makes, "" where it makes none."""

    form_id: str
    title: Text
    layer: str
    geometry: str
    questions: tuple[Question, ...]
    photos: int = 5
    by_year: bool = False

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.name == name), None)

    @property
    def dated(self) -> tuple[Dated, ...]:
        """Return the facts of its records that have a year of their own."""
        return LAYERS[self.layer].dated if self.layer else ()

    @property
    def model(self) -> type[Model]:
        return LAYERS[self.layer].model


def _of(model: type[Model], *names: str, **more: object) -> Iterable[Question]:
    """Return questions after a model's fields: title, type, length and choices are the store's own."""
    for name in names:
        column = model._meta.get_field(name)
        choices: Choices = tuple((str(value), title) for value, title in column.flatchoices)  # type: ignore[union-attr]
        internal = column.get_internal_type()
        kind = {"BooleanField": "boolean", "FloatField": "decimal", "CharField": "text"}.get(internal, "integer")
        year = name.endswith("_year")
        yield replace(
            Question(name, "choice" if choices else kind, column.verbose_name, choices=choices),  # type: ignore[union-attr]
            max_length=column.max_length if kind == "text" and not choices else None,  # type: ignore[union-attr]
            minimum=FIRST_YEAR if year else None,
            maximum=LAST_YEAR if year else None,
            **more,  # type: ignore[arg-type]
        )


def _numbers(*questions: Question, minimum: float, maximum: float, unit: Text = "") -> Iterable[Question]:
    return (replace(question, minimum=minimum, maximum=maximum, unit=unit) for question in questions)


HOUSEHOLD = Definition(
    "household",
    _("Household"),
    "households",
    "point",
    (
        Question("name", "text", _("head of household"), required=True, max_length=200, personal=True),
        *_numbers(*_of(Household, "members", personal=True), minimum=1, maximum=40),
        *_of(Household, "address", personal=True),
        Question(
            "national_id",
            "digits",
            _("identity number of the head"),
            max_length=12,
            hint=_("9 or 12 digits. Only a hash and the last four digits are kept."),
            personal=True,
            write_only=True,
        ),
        Question(
            "category",
            "choice",
            _("result of the review"),
            choices=tuple(Category.choices),
            review=True,
            proposal=True,
            personal=True,
        ),
        *_of(Review, "hygienic_water", "clean_water", "sanitary", "livestock", review=True, personal=True),
        *_of(Review, "hygienic_pen", review=True, personal=True, only_if=("livestock", True)),
        *_of(Review, "waste_collected", review=True, personal=True),
    ),
    by_year=True,
)
ROAD = Definition(
    "road",
    _("Road segment"),
    "roads",
    "line",
    (
        *_of(Road, "name"),
        *_of(Road, "road_class", required=True),
        *_of(Road, "surface"),
        *_numbers(*_of(Road, "width_m", "base_width_m"), minimum=0.3, maximum=59.9, unit=_("m")),
        *_of(Road, "condition", "wet_access", "muddy", "hardened_year"),
    ),
)
WASTE = Definition(
    "waste-site",
    _("Waste site"),
    "waste-sites",
    "point",
    (
        *_of(WasteSite, "name"),
        *_of(WasteSite, "kind", required=True),
        *_numbers(*_of(WasteSite, "households_served"), minimum=0, maximum=100_000),
        *_numbers(*_of(WasteSite, "capacity_kg_h"), minimum=0, maximum=100_000, unit=_("kg/h")),
        *_of(WasteSite, "opened_year", "closed_year"),
    ),
)
FACILITY = Definition(
    "facility",
    _("Facility"),
    "facilities",
    "point",
    (
        *_of(Facility, "name"),
        *_of(Facility, "kind", required=True),
        *_of(Facility, "level", required=True, only_if=("kind", "school")),
        *_of(Facility, "standard"),
        *_of(Facility, "standard_year", only_if=("standard", True)),
        *_of(Facility, "opened_year", "closed_year"),
    ),
)
EVIDENCE = Definition(
    "evidence",
    _("Evidence for a criterion"),
    "",
    "point",
    (
        Question("indicator", "indicator", _("indicator"), required=True),
        Question(
            "found",
            "choice",
            _("what was found"),
            required=True,
            proposal=True,
            choices=tuple((s.value, s.label) for s in (Status.MET, Status.UNMET, Status.UNKNOWN)),
        ),
        Question("note", "text", _("note"), max_length=2000),
    ),
    by_year=True,
)

DEFINITIONS = {each.form_id: each for each in (HOUSEHOLD, ROAD, WASTE, FACILITY, EVIDENCE)}
