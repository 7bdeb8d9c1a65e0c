"""The form of an administrative document (30/2020/NĐ-CP): who issues it, who signs it, who gets it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.models import Unit


@dataclass(frozen=True)
class Issuer:
    """`above` is the agency over the one that issues, "" where there is none to name; all in capitals."""

    above: str
    agency: str
    place: str


def issuer_of(unit: Unit) -> Issuer:
    """Return who issues a document about a unit: its People's Committee."""
    above = _above(unit)
    return Issuer(above=str(above).upper() if above else "", agency=committee(unit).upper(), place=unit.name)


def committee(unit: Unit) -> str:
    return _("People's Committee of %(unit)s") % {"unit": unit}


def _above(unit: Unit) -> Unit | None:
    return Unit.objects.only("title", "name").filter(pk=unit.parent_id or 0).first()


def receivers(unit: Unit) -> list[str]:
    """Return who gets a copy: the committee above, the steering committee, the archive."""
    above = _above(unit)
    steering = _("Steering committee of the programme, %(unit)s") % {"unit": unit}
    return [*([committee(above)] if above else []), steering, _("Archive")]


def signers() -> tuple[str, str, str]:
    """Return who made the document, on whose behalf it is signed, and by whom."""
    return _("TABLE MADE BY"), _("ON BEHALF OF THE PEOPLE'S COMMITTEE"), _("CHAIRMAN")
