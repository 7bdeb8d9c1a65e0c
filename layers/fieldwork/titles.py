"""What people call a submission: whom or what it is about, and not by a code."""

from collections.abc import Iterable

from django.utils.text import Truncator

from layers.criteria.results import in_language
from layers.models import Proposal, Status, Submission

#: An indicator's name can be a paragraph; as a title its beginning is enough.
TITLE_CHARS = 120


def titles(submissions: Iterable[Submission]) -> dict[int, str]:
    """Return the title of each submission, "" where it has no name of its own: one query for all of them.

    Evidence is titled with its indicator's name and what was found.
    """
    named = {each.pk: each.title for each in submissions}
    proposals = Proposal.objects.filter(submission__in=named, indicator__isnull=False).select_related("indicator")
    for each in proposals:
        if each.indicator is not None:
            name = Truncator(in_language(each.indicator)).chars(TITLE_CHARS)
            named[each.submission_id] = f"{each.indicator.code} {name}: {Status(each.new).label}"
    return named
