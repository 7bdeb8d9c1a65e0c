"""A proposal that a planner makes true: a household's class in a year, or a declared result with its photos."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.access import Viewer
from layers.errors import Refused
from layers.imports.movements import derive_movements
from layers.models import Attachment, Declaration, Proposal, Review
from layers.models.programme import EvidenceKind
from layers.models.submissions import AttachmentState
from layers.programme.cycle import require_draft
from layers.programme.declaring import names_persons
from layers.programme.evidence import Accepted, keep


def approve(proposal: Proposal, viewer: Viewer) -> None:
    if proposal.household is not None:
        _review(proposal)
    else:
        _declare(proposal, viewer)


def _review(proposal: Proposal) -> None:
    """Store the class, with the answers where the year had no review yet, and how the household moved since."""
    household = proposal.household
    if household is None:
        return
    review, _made = Review.objects.select_for_update().get_or_create(
        household=household,
        year=proposal.year,
        defaults={"unit": household.unit, "category": proposal.new, "source": _("field survey")},
    )
    review.category = proposal.new
    for name, value in proposal.answers.items():
        # Answered meanwhile by another way: what is stored stays.
        if getattr(review, name) is None:
            setattr(review, name, value)
    review.as_of = timezone.localdate(proposal.submission.finalized_at)
    review.save()
    years = Review.objects.filter(household=household, year__gte=proposal.year).values_list("year", flat=True)
    for year in sorted(years):
        derive_movements(year, [household.pk])


def _declare(proposal: Proposal, viewer: Viewer) -> None:
    """Declare the result for the commune; the photos become its evidence. A year that was handed in is closed."""
    indicator = proposal.indicator
    if indicator is None:
        return
    require_draft(proposal.unit, proposal.year)
    if not proposal.submission.complete:
        raise Refused(gettext_lazy("Wait for the photos: they become the evidence."))
    declaration, _made = Declaration.objects.select_for_update().get_or_create(
        unit=proposal.unit,
        indicator=indicator,
        year=proposal.year,
        defaults={"status": proposal.new, "source": _("field survey")},
    )
    declaration.status = proposal.new
    declaration.evidence = proposal.answers.get("note") or declaration.evidence
    declaration.as_of = timezone.localdate(proposal.submission.finalized_at)
    declaration.save()
    keep(_photos(proposal), proposal.unit, viewer, declaration, personal=names_persons(indicator))


def _photos(proposal: Proposal) -> list[Accepted]:
    found = []
    for each in Attachment.objects.filter(submission=proposal.submission, state=AttachmentState.STORED):
        with each.file.open() as file:
            found.append(Accepted(EvidenceKind.PHOTO, each.name, file.read()))
    return found
