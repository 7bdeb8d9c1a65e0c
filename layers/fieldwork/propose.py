"""What a phone says and only a planner may make true: a household's class in a year, the result of an indicator."""

from django.utils.translation import gettext_lazy as _

from layers.criteria.assess import set_in_force
from layers.errors import Invalid
from layers.models import Declaration, Household, Indicator, Proposal, Review, Submission, Unit

from .definitions import Definition
from .filled import Filled
from .placing import commune_of


def answers_of(definition: Definition, filled: Filled) -> set[str]:
    """Return the names of what was answered of the year's review."""
    reviewed = {question.name for question in definition.questions if question.review}
    return reviewed & set(filled.fields)


def propose_class(
    submission: Submission, filled: Filled, definition: Definition, row: Household, review: Review | None
) -> None:
    """Propose a household's class; with it, where the year has no review yet, the answers that would be its first."""
    edit = filled.fields.get("category")
    given = answers_of(definition, filled)
    if review is None and given and (edit is None or not edit.new):
        raise Invalid([("category", _("Choose the result of the review: this year has none of the household yet."))])
    old = review.category if review is not None else ""
    if edit is None or not edit.new or edit.new == old:
        return
    apart = given - {"category"} if review is None else set()
    Proposal.objects.create(
        submission=submission,
        unit_id=row.unit_id,
        year=filled.year or 0,
        household=row,
        old=old,
        new=edit.new,
        answers={name: filled.fields[name].new for name in sorted(apart)},
    )


def indicator_of(value: str, year: int) -> Indicator:
    """Return the indicator named "17.1" or "17.1:part" of the set in force. Raises Invalid for any other."""
    code, _colon, part = value.partition(":")
    found = Indicator.objects.filter(criterion__criteria_set=set_in_force(year), code=code, part=part).first()
    if found is None:
        raise Invalid([("indicator", _("There is no such indicator in the criteria of that year."))])
    return found


def propose_result(submission: Submission, filled: Filled, unit: Unit) -> None:
    """Propose what was found of an indicator, for the commune: its photos become evidence once that is approved."""
    year = filled.year or 0
    indicator = indicator_of(filled.fields["indicator"].new, year)
    commune = commune_of(unit)
    declared = Declaration.objects.filter(unit=commune, indicator=indicator, year=year).first()
    note = filled.fields.get("note")
    Proposal.objects.create(
        submission=submission,
        unit=commune,
        year=year,
        indicator=indicator,
        old=declared.status if declared else "",
        new=filled.fields["found"].new,
        answers={"note": note.new} if note and note.new else {},
    )
