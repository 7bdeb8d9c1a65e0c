"""Siting studies that a page has asked for, answered by the worker: the solver never runs in a web process."""

from django_tasks import task

from layers.models import SitingStudy, viewer_of
from layers.planning.waste.study import carry_out, close_broken


@task()
def answer_study(study_id: int) -> None:
    # The worker before this one may have been ended at its work.
    close_broken()
    study = SitingStudy.objects.select_related("unit", "user").get(pk=study_id)
    if study.user is None:
        return
    # Asked now, not when the page was sent: a role may have been taken away since.
    carry_out(study, viewer_of(study.user))
