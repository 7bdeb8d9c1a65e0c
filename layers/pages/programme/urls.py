"""The addresses of the yearly cycle."""

from django.urls import path

from .closing import close, reopen
from .declaring import declare_page
from .evidence import discard, show
from .inspections import add, change, finding_page, inspections_page
from .overview import overview
from .roadmap import milestone_page, roadmap_page
from .sheet import sheet
from .steps import begin_year, take_step

urlpatterns = [
    path("programme/", overview, name="programme"),
    path("programme/<int:unit>/<int:year>/", sheet, name="year_sheet"),
    path("programme/<int:unit>/<int:year>/open", begin_year, name="open_year"),
    path("programme/<int:unit>/<int:year>/step", take_step, name="take_step"),
    path("programme/<int:unit>/<int:year>/declare/<int:indicator>/", declare_page, name="declare"),
    path("programme/<int:unit>/roadmap/", roadmap_page, name="roadmap"),
    path("programme/<int:unit>/roadmap/<int:criterion>/", milestone_page, name="milestone"),
    path("evidence/<int:pk>/", show, name="evidence"),
    path("evidence/<int:pk>/remove", discard, name="evidence_remove"),
    path("inspections/", inspections_page, name="inspections"),
    path("inspections/new/", add, name="finding_add"),
    path("inspections/<int:pk>/", finding_page, name="finding"),
    path("inspections/<int:pk>/change/", change, name="finding_change"),
    path("inspections/<int:pk>/close", close, name="finding_close"),
    path("inspections/<int:pk>/reopen", reopen, name="finding_reopen"),
]
