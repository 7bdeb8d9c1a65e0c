"""Reports that a page has asked for, made by the worker."""

from django_tasks import task

from .making import make


@task()
def make_report(report_id: int) -> None:
    make(report_id)
