"""The addresses of the criteria sets."""

from django.urls import path

from .entering import criterion_edit, criterion_new, indicator_edit, indicator_new, set_edit, set_new, set_remove
from .groups import group_remove, groups_page
from .indicator import indicator_page, value_remove
from .sets import set_page, sets_page
from .sheet import sheet_file, sheet_page

urlpatterns = [
    path("criteria/", sets_page, name="criteria"),
    path("criteria/groups/", groups_page, name="commune_groups"),
    path("criteria/groups/<int:pk>/remove/", group_remove, name="group_remove"),
    path("criteria/new/", set_new, name="set_new"),
    path("criteria/<slug:code>/", set_page, name="criteria_set"),
    path("criteria/<slug:code>/edit/", set_edit, name="set_edit"),
    path("criteria/<slug:code>/remove/", set_remove, name="set_remove"),
    path("criteria/<slug:code>/criterion/", criterion_new, name="criterion_new"),
    path("criteria/<slug:code>/criterion/<int:number>/", criterion_edit, name="criterion_edit"),
    path("criteria/<slug:code>/indicator/", indicator_new, name="indicator_new"),
    path("criteria/<slug:code>/sheet/", sheet_page, name="set_sheet"),
    path("criteria/<slug:code>/sheet.xlsx", sheet_file, name="set_sheet_file"),
    path("criteria/indicators/<int:pk>/", indicator_page, name="indicator"),
    path("criteria/indicators/<int:pk>/edit/", indicator_edit, name="indicator_edit"),
    path("criteria/indicators/values/<int:pk>/remove/", value_remove, name="value_remove"),
]
