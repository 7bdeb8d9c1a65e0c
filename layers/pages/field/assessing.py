"""Criteria after field work: assessed by the worker, once for many records: a commune takes long."""

from django_tasks import task
from django_tasks_db.models import DBTaskResult

from layers.criteria.assess import reassess
from layers.fieldwork.placing import commune_of
from layers.models import Submission


@task()
def assess_field_work() -> None:
    """Assess the communes whose records have changed since they were last assessed after field work."""
    waiting = Submission.objects.filter(assessed=False).select_related("unit").defer("unit__geom", "raw")
    seen = list(waiting)
    for path in sorted({commune_of(submission.unit).path for submission in seen}):
        reassess(path)
    Submission.objects.filter(pk__in=[submission.pk for submission in seen]).update(assessed=True)


def assess_soon() -> None:
    """Have the worker assess what is waiting, unless it is about to already."""
    if not Submission.objects.filter(assessed=False).exists():
        return
    if not DBTaskResult.objects.ready().filter(task_path=assess_field_work.module_path).exists():
        assess_field_work.enqueue()
