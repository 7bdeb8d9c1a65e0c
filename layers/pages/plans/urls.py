"""The addresses of the plan pages."""

from django.urls import path

from . import changing, comparing, listing, showing
from .asking import new_plan
from .files import export
from .roads import road
from .works import works_file, works_page

urlpatterns = [
    path("", listing.plans_page, name="plans"),
    path("new/", new_plan, name="plan_new"),
    path("works/", works_page, name="plan_works_approved"),
    path("works/works.xlsx", works_file, name="plan_works_file"),
    path("compare/", comparing.compare_page, name="plan_compare"),
    path("<uuid:uid>/", showing.plan_page, name="plan"),
    path("<uuid:uid>/works.json", showing.works, name="plan_works"),
    path("<uuid:uid>/progress.json", showing.progress, name="plan_progress"),
    path("<uuid:uid>/trust.json", showing.trust, name="plan_trust"),
    path("<uuid:uid>/roads/<int:pk>.json", road, name="plan_road"),
    path("<uuid:uid>/what-if.json", changing.what_if, name="plan_what_if"),
    path("<uuid:uid>/keep", changing.keep, name="plan_keep"),
    path("<uuid:uid>/solve", changing.solve, name="plan_solve"),
    path("<uuid:uid>/improve", changing.improve, name="plan_improve"),
    path("<uuid:uid>/refresh", changing.refresh, name="plan_refresh"),
    path("<uuid:uid>/cancel", changing.cancel, name="plan_cancel"),
    path("<uuid:uid>/submit", changing.submit, name="plan_submit"),
    path("<uuid:uid>/withdraw", changing.withdraw, name="plan_withdraw"),
    path("<uuid:uid>/approve", changing.approve, name="plan_approve"),
    path("<uuid:uid>/return", changing.send_back, name="plan_return"),
    path("<uuid:uid>/remove", changing.remove, name="plan_remove"),
    path("<uuid:uid>/works.<str:form>", export, name="plan_export"),
]
