"""Forms as they are published: a definition that has changed becomes the next version; earlier ones stay accepted."""

import json
from hashlib import md5
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from layers.errors import Refused
from layers.models import Form
from layers.models.layer import Text

from .definitions import DEFINITIONS, Definition, Question
from .xforms import xform_of

LANGUAGES = ("vi", "en")


def both(text: Text) -> dict[str, str]:
    """Return a text in each language."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(text)
    return found


def question_json(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "type": question.type,
        "label": both(question.label),
        "hint": both(question.hint) if question.hint else None,
        "required": question.required,
        "min": question.minimum,
        "max": question.maximum,
        "max_length": question.max_length,
        "unit": str(question.unit),
        "choices": [{"value": value, "label": both(title)} for value, title in question.choices],
        "review": question.review,
        "proposal": question.proposal,
        "personal": question.personal,
        "write_only": question.write_only,
        "only_if": {"field": question.only_if[0], "is": question.only_if[1]} if question.only_if else None,
    }


def definition_json(definition: Definition) -> dict[str, Any]:
    return {
        "form_id": definition.form_id,
        "title": both(definition.title),
        "layer": definition.layer or None,
        "geometry": definition.geometry or None,
        "photos": definition.photos,
        "by_year": definition.by_year,
        "fields": [question_json(question) for question in definition.questions],
        "dated": [
            {"field": fact.field, "values": sorted(fact.values, key=str), "year": fact.year}
            for fact in definition.dated
        ],
    }


def current_forms() -> list[Form]:
    """Return the newest version of each form, publishing what has changed since it was last asked for."""
    newest = Form.objects.values("form_id").annotate(last=Max("version"))
    found = {form.form_id: form for form in Form.objects.filter(version__in=newest.values("last"))}
    known = dict(newest.values_list("form_id", "last"))
    found = {name: form for name, form in found.items() if form.version == known[name]}
    return [_published(definition, found.get(name)) for name, definition in DEFINITIONS.items()]


def _published(definition: Definition, last: Form | None) -> Form:
    content = definition_json(definition)
    digest = md5(json.dumps(content, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    if last is not None and last.md5 == digest:
        return last
    version = last.version + 1 if last else 1
    made = {"definition": content, "md5": digest, "xform": xform_of(content, version)}
    # Another process may be publishing the same at this moment.
    with transaction.atomic():
        form, _made = Form.objects.get_or_create(form_id=definition.form_id, version=version, defaults=made)
    return form


def form_json(form: Form) -> dict[str, Any]:
    return form.definition | {"version": form.version, "md5": form.md5}


def form_of(form_id: str, version: int) -> Form:
    """Return a published version of a form. Raises Refused for one that never was."""
    form = Form.objects.filter(form_id=form_id, version=version).first()
    if form is None:
        current_forms()
        form = Form.objects.filter(form_id=form_id, version=version).first()
    if form is None:
        raise Refused(_("There is no form “%(form)s” of version %(version)s."), form=form_id[:40], version=version)
    return form
