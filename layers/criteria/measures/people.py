"""Measures of households, from each year's review. Rows behind them are personal."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models.households import Category
from layers.models.layer import Text

from .measure import Measure


def _homes(slug: str, title: Text, answer: str, of: Q | None = None, whole: Text = "") -> Measure:
    every, good, unknown = of or Q(), Q(**{answer: True}), Q(**{answer: None})
    whole = whole or _("households")
    return Measure(slug, title, whole, "reviews", "households", every, good, unknown, unit=_("households"), people=True)


def _poor(slug: str, title: Text, categories: list[Category]) -> Measure:
    return Measure(
        slug, title, _("households"), "reviews", "households", Q(), Q(category__in=categories),
        fewer=True, unit=_("households"), hamlets=False, people=True,
    )  # fmt: skip


PEOPLE = (
    _homes("hygienic_water", _("households with hygienic water"), "hygienic_water"),
    _homes("clean_water", _("households with clean water"), "clean_water"),
    _homes("waste_collected", _("households whose waste is collected or treated"), "waste_collected"),
    _homes("sanitary_homes", _("households with hygienic toilet, bathroom and water tank"), "sanitary"),
    _homes(
        "hygienic_pens",
        _("livestock households with hygienic pens"),
        "hygienic_pen",
        Q(livestock=True),
        _("livestock households"),
    ),
    _poor("poor_households", _("poor households"), [Category.POOR]),
    _poor("poor_or_near_poor_households", _("poor and near-poor households"), [Category.POOR, Category.NEAR_POOR]),
)
