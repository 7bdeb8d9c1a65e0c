"""The same forms for ODK Collect: a form's definition as an XLSForm, made an XForm by pyxform. Pure.

A record is chosen from the list that comes with the form, or none for a new one. What the list says of it is kept
beside each answer (`old_…`), so that conflicts are told as for the app.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from pyxform.xls2xform import convert

LANGUAGES = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
TYPES = {"text": "text", "integer": "integer", "decimal": "decimal", "digits": "text"}
YES_NO = "yes_no"
#: Metres of accuracy at which Collect takes a position by itself, from which it warns, and above which to say why.
CAPTURE_M, WARN_M, REASON_M = 10, 30, 50
PHOTO_PIXELS = 1280
Row = dict[str, Any]


def xform_of(definition: dict[str, Any], version: int) -> str:
    """Return the XForm of a form's definition."""
    book = {
        "survey": list(_survey(definition)),
        "choices": list(_choices(definition)),
        "settings": [
            {
                "form_title": definition["title"]["vi"],
                "form_id": definition["form_id"],
                "version": str(version),
                "default_language": LANGUAGES["vi"],
            }
        ],
    }
    return str(convert(book, form_name="data").xform)


def _both(name: str) -> dict[str, str]:
    """Return one of the texts that only Collect needs, in both languages."""
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = {
                "record": _("Which one? Leave empty for a new one."),
                "unit": _("Hamlet"),
                "year": _("Year of the review"),
                "location": _("Position"),
                "reason": _("Why is there no better position?"),
                "line": _("Line of the road"),
                "photo": _("Photo"),
                "correction": _("Was it so in the years before too? Yes if the record was wrong or lacking."),
                "yes": _("yes"),
                "no": _("no"),
            }[name]
    return texts


def _titled(texts: dict[str, str], column: str = "label") -> Row:
    return {f"{column}::{title}": texts[language] for language, title in LANGUAGES.items()}


def _survey(definition: dict[str, Any]) -> Iterable[Row]:
    yield {"type": "end", "name": "end"}
    layer = definition["layer"]
    if layer:
        chosen = {"type": f"select_one_from_file {layer}.csv", "name": "record", "appearance": "autocomplete"}
        yield chosen | _titled(_both("record"))
        yield _kept("version", layer)
    hamlets = {"type": "select_one_from_file hamlets.csv", "name": "unit", "appearance": "minimal"}
    yield hamlets | _titled(_both("unit"))
    if definition["by_year"]:
        yield {"type": "integer", "name": "year", "required": "yes", **_titled(_both("year"))} | {
            "constraint": ". >= 1990 and . <= 2100"
        }
    yield from _place(definition)
    for field in definition["fields"]:
        yield from _question(field, layer)
        yield from _correction(definition, field["name"])
    for number in range(1, definition["photos"] + 1):
        # One after the other, so that those without photos pass one question only.
        row = {"type": "image", "name": f"photo_{number}", "parameters": f"max-pixels={PHOTO_PIXELS}"}
        if number > 1:
            row["relevant"] = f"${{photo_{number - 1}}} != ''"
        yield row | _titled({language: f"{text} {number}" for language, text in _both("photo").items()})


def _correction(definition: dict[str, Any], year: str) -> Iterable[Row]:
    """Ask of a changed fact without its year whether it was so all along."""
    for fact in definition["dated"]:
        if fact["year"] == year:
            is_one = " or ".join(f"${{{fact['field']}}} = '{told(value)}'" for value in fact["values"])
            changed = f"${{{fact['field']}}} != ${{old_{fact['field']}}}"
            row = {"type": f"select_one {YES_NO}", "name": "correction", **_titled(_both("correction"))}
            yield row | {"relevant": f"${{record}} != '' and ({is_one}) and {changed} and ${{{year}}} = ''"}


def _kept(name: str, layer: str, only_in: str = "") -> Row:
    """Return what the list of records says of the chosen one."""
    # In the list, "name" is what a choice is stored as; the record's own name is in the column "head".
    column = "head" if name == "name" else name
    found = f"pulldata('{layer}', '{column}', 'name', ${{record}})"
    if only_in:
        found = f"if(${{year}} = pulldata('{layer}', 'review_year', 'name', ${{record}}), {found}, '')"
    return {"type": "calculate", "name": f"old_{name}", "calculation": f"if(${{record}} = '', '', {found})"}


def _place(definition: dict[str, Any]) -> Iterable[Row]:
    layer = definition["layer"]
    if definition["geometry"] == "line":
        yield {"type": "geotrace", "name": "line", "required": "${record} = ''", **_titled(_both("line"))}
        return
    accuracy = f"capture-accuracy={CAPTURE_M} warning-accuracy={WARN_M}"
    yield {"type": "geopoint", "name": "location", "parameters": accuracy, **_titled(_both("location"))}
    poor = f"${{location}} != '' and number(selected-at(${{location}}, 3)) > {REASON_M}"
    yield {"type": "text", "name": "reason", "relevant": poor, "required": "yes", **_titled(_both("reason"))}
    if layer:
        yield _kept("location", layer)


def _question(field: dict[str, Any], layer: str | None) -> Iterable[Row]:
    row: Row = {"name": field["name"], "type": _type(field), **_titled(field["label"])}
    if field["hint"]:
        row |= _titled(field["hint"], "hint")
    if field["required"]:
        row["required"] = "${record} = ''" if layer else "yes"
    if field["only_if"]:
        row["relevant"] = f"${{{field['only_if']['field']}}} = '{told(field['only_if']['is'])}'"
    limits = [f". {sign} {field[name]:g}" for name, sign in (("min", ">="), ("max", "<=")) if field[name] is not None]
    if field["type"] == "digits":
        limits = ["regex(., '^([0-9]{9}|[0-9]{12})$')"]
        row["appearance"] = "numbers"
    if limits:
        row["constraint"] = " and ".join(limits)
    yield row
    if layer and not field["write_only"]:
        yield _kept(field["name"], layer, "year" if field["review"] else "")


def _type(field: dict[str, Any]) -> str:
    if field["type"] == "choice":
        return f"select_one {field['name']}"
    if field["type"] == "boolean":
        return f"select_one {YES_NO}"
    if field["type"] == "indicator":
        return "select_one_from_file indicators.csv"
    return TYPES[field["type"]]


def told(value: Any) -> str:
    """Return a value as Collect writes it and reads it in a list."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _choices(definition: dict[str, Any]) -> Iterable[Row]:
    for field in definition["fields"]:
        if field["type"] == "choice":
            for choice in field["choices"]:
                yield {"list_name": field["name"], "name": choice["value"], **_titled(choice["label"])}
    for answer in ("yes", "no"):
        yield {"list_name": YES_NO, "name": answer, **_titled(_both(answer))}


def media_of(definition: dict[str, Any]) -> list[str]:
    """Return the names of the lists that a form reads."""
    lists = [definition["layer"]] if definition["layer"] else []
    lists += ["indicators"] if any(field["type"] == "indicator" for field in definition["fields"]) else []
    return [f"{name}.csv" for name in ("hamlets", *lists)]
