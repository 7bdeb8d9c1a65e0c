"""What narrows rows: a unit, a search word, fields of choice, a criterion, the rows behind an indicator.

A table and the file made of it read the same address here, so that both hold the same rows. Each filter
says in words what it does, so that the page can state what its rows are.
"""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Substr
from django.http import QueryDict
from django.utils.translation import gettext as _

from layers.access import Viewer
from layers.criteria.measures import MEASURES
from layers.errors import Malformed
from layers.models import Field, Layer, Status, Unit
from layers.models.feature import SearchKey
from layers.models.layer import Text

from .values import NOT_KNOWN, choices, is_boolean, model_field

CRITERIA_MAX = 30
LONGEST = 80


@dataclass
class Narrowed:
    """Rows with what was asked of them: `sentences` in words, `chosen` by parameter."""

    rows: QuerySet
    sentences: list[str] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)

    def by(self, name: str, value: str, sentence: Text, rows: QuerySet) -> None:
        self.rows = rows
        self.chosen[name] = value
        self.sentences.append(str(sentence))


def parameters(layer: Layer) -> tuple[str, ...]:
    """Return what an address may narrow the rows of a layer by, besides unit and year."""
    chosen = tuple(declared.name for declared in layer.fields if choices(layer, declared))
    return ("q", "measure", *chosen, *(("criterion", "status") if layer.model is Unit else ()))


def narrow(layer: Layer, viewer: Viewer, year: int, unit: Unit | None, asked: QueryDict) -> Narrowed:
    """Return the viewer's rows that the address asks for. Raises Malformed where it asks for nonsense."""
    narrowed = Narrowed(layer.rows(viewer, year))
    if unit is not None:
        narrowed.rows = narrowed.rows.filter(**{f"{layer.path}__startswith": unit.path})
    _by_word(layer, narrowed, asked.get("q", "").strip()[:LONGEST])
    for declared in layer.fields:
        value = asked.get(declared.name, "")
        if value and choices(layer, declared):
            _by_choice(layer, narrowed, declared, value)
    if layer.model is Unit:
        _by_status(narrowed, asked.get("criterion", ""), asked.get("status", ""))
    _by_measure(layer, narrowed, asked.get("measure", ""), year)
    return narrowed


def searchable(layer: Layer) -> bool:
    return model_field(layer, "name_key") is not None


def _by_word(layer: Layer, narrowed: Narrowed, word: str) -> None:
    if word and searchable(layer):
        rows = narrowed.rows.filter(name_key__contains=SearchKey(Value(word)))
        narrowed.by("q", word, _("name contains “%(word)s”") % {"word": word}, rows)


def options(layer: Layer, declared: Field) -> list[tuple[str, Text]]:
    """Return the choices of a field as they are written in an address."""
    return [(value or NOT_KNOWN, title) for value, title in choices(layer, declared)]


def _by_choice(layer: Layer, narrowed: Narrowed, declared: Field, value: str) -> None:
    titles = dict(options(layer, declared))
    if value not in titles:
        raise Malformed(
            _("“%(field)s” cannot be “%(value)s”; it can be: %(values)s."),
            field=declared.title, value=value[:40], values=", ".join(titles),
        )  # fmt: skip
    name = declared.name
    if value != NOT_KNOWN:
        condition = Q(**{name: value == "true" if is_boolean(layer, declared) else value})
    else:
        column = model_field(layer, name)
        textual = column is not None and column.get_internal_type() == "CharField"
        condition = Q(**{name: ""}) if textual else Q(**{f"{name}__isnull": True})
    narrowed.by(name, value, f"{declared.title}: {titles[value]}", narrowed.rows.filter(condition))


def _by_status(narrowed: Narrowed, criterion: str, status: str) -> None:
    if not criterion or not status:
        return
    if not (criterion.isascii() and criterion.isdigit() and 1 <= int(criterion) <= CRITERIA_MAX):
        raise Malformed(_("“%(value)s” is not the number of a criterion."), value=criterion[:40])
    if status not in Status.values:
        raise Malformed(_("“%(value)s” is not a result; results are m, u, ? and -."), value=status[:40])
    narrowed.chosen["criterion"] = criterion
    sign = Q(sign=status)
    if status == Status.NOT_ASSESSED:
        sign |= Q(sign="")
    rows = narrowed.rows.alias(sign=Substr("statuses", int(criterion), 1)).filter(sign)
    words = {"number": criterion, "status": Status(status).label}
    narrowed.by("status", status, _("criterion %(number)s: %(status)s") % words, rows)


def _by_measure(layer: Layer, narrowed: Narrowed, slug: str, year: int) -> None:
    """Keep the rows that keep an indicator from its threshold."""
    if not slug:
        return
    measure = MEASURES.get(slug)
    if measure is None or measure.layer != layer.slug:
        raise Malformed(_("“%(value)s” does not measure this layer."), value=slug[:40])
    behind = measure.lacking(year)
    key = "pk" if behind.model is layer.model else "household"
    rows = narrowed.rows.filter(pk__in=behind.values(key))
    narrowed.by("measure", slug, _("behind the indicator: %(measure)s") % {"measure": measure.title}, rows)
