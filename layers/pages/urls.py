"""The addresses of the pages and of the JSON they read."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from .accounts import ChangePassword, SignIn
from .alerting import alerts_email, alerts_page, alerts_stop
from .board import board_page
from .catalogue import catalogue
from .cheapest import cheapest_page
from .criteria_sets.urls import urlpatterns as criteria_sets
from .criterion import criterion_panel
from .editing import create, edit
from .ended_areas import ended_areas
from .features import feature
from .field_app import field_app, field_manifest, field_words, field_worker
from .health import health
from .heat import heat_json
from .help import help_page
from .history import history
from .import_columns import blank_sheet, columns_page
from .importing import (
    findings_csv,
    give_up,
    preview,
    progress,
    recheck,
    show,
    start,
    store,
    take_back,
)
from .map import map_page
from .nation import nation_page
from .network import network_page, network_repairs, network_report, network_undo
from .programme.urls import urlpatterns as programme
from .recognised import recognised_page
from .reporting import ask, report_discard, report_file, report_page, report_progress, reports_page
from .search import search
from .siting import download as siting_download
from .siting import give_up as siting_cancel
from .siting import lines_json, map_json, studies, study_page, take_away, why_json
from .siting import progress as siting_progress
from .table import table
from .travel import access_hamlets, access_households, access_roads, access_rural
from .units import unit_panel
from .worth import road_worth

urlpatterns = [
    path("", map_page, name="map"),
    path("board/", board_page, name="board"),
    path("board/cheapest/", cheapest_page, name="board_cheapest"),
    path("board/recognised/", recognised_page, name="board_recognised"),
    path("board/all/", nation_page, name="board_all"),
    path("layers.json", catalogue, name="catalogue"),
    path("heat.json", heat_json, name="heat"),
    path("search.json", search, name="search"),
    path("units/<int:pk>.json", unit_panel, name="unit_panel"),
    path("units/<int:pk>/criteria/<int:number>.json", criterion_panel, name="criterion_panel"),
    path("features/<slug:slug>/<int:pk>.json", feature, name="feature"),
    path("features/roads/<int:pk>/worth.json", road_worth, name="road_worth"),
    path("features/<slug:slug>/<int:pk>/history.json", history, name="history"),
    path("edit/<slug:slug>/", create, name="create"),
    path("edit/<slug:slug>/<int:pk>", edit, name="edit"),
    path("table/<slug:slug>/", table, name="table"),
    path("access/hamlets.json", access_hamlets, name="access_hamlets"),
    path("access/roads.json", access_roads, name="access_roads"),
    path("access/households.json", access_households, name="access_households"),
    path("access/rural.json", access_rural, name="access_rural"),
    path("network/", network_page, name="network"),
    path("network/report.json", network_report, name="network_report"),
    path("network/repairs/", network_repairs, name="network_repairs"),
    path("network/repairs/<int:pk>/undo", network_undo, name="network_undo"),
    path("import/", start, name="import"),
    path("import/columns/", columns_page, name="import_columns"),
    path("import/columns/<slug:slug>.xlsx", blank_sheet, name="import_blank"),
    path("import/<int:pk>/", show, name="import_run"),
    path("import/<int:pk>/progress.json", progress, name="import_progress"),
    path("import/<int:pk>/preview.json", preview, name="import_preview"),
    path("import/<int:pk>/findings.csv", findings_csv, name="import_findings"),
    path("import/<int:pk>/check", recheck, name="import_recheck"),
    path("import/<int:pk>/store", store, name="import_store"),
    path("import/<int:pk>/undo", take_back, name="import_undo"),
    path("import/<int:pk>/discard", give_up, name="import_discard"),
    path("field/", field_app, name="field"),
    path("field/sw.js", field_worker, name="field_worker"),
    path("field/words/<slug:language>.js", field_words, name="field_words"),
    path("field/manifest/<slug:language>.webmanifest", field_manifest, name="field_manifest"),
    path("alerts/", alerts_page, name="alerts"),
    path("alerts/email", alerts_email, name="alerts_email"),
    path("alerts/stop/<uuid:token>/", alerts_stop, name="alerts_stop"),
    path("reports/", reports_page, name="reports"),
    path("reports/ask", ask, name="report_ask"),
    path("reports/<int:pk>/", report_page, name="report"),
    path("reports/<int:pk>/progress.json", report_progress, name="report_progress"),
    path("reports/<int:pk>/file", report_file, name="report_file"),
    path("reports/<int:pk>/discard", report_discard, name="report_discard"),
    path("siting/", studies, name="siting"),
    path("siting/<int:pk>/", study_page, name="siting_study"),
    path("siting/<int:pk>/progress.json", siting_progress, name="siting_progress"),
    path("siting/<int:pk>/map.json", map_json, name="siting_map"),
    path("siting/<int:pk>/lines/<int:number>.json", lines_json, name="siting_lines"),
    path("siting/<int:pk>/why.json", why_json, name="siting_why"),
    path("siting/<int:pk>/cancel", siting_cancel, name="siting_cancel"),
    path("siting/<int:pk>/remove", take_away, name="siting_remove"),
    path("siting/<int:pk>/export.<slug:form>", siting_download, name="siting_export"),
    path("plans/", include("layers.pages.plans.urls")),
    path("help/", help_page, name="help"),
    path("accounts/login/", SignIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/areas/", ended_areas, name="ended_areas"),
    path("accounts/password/", ChangePassword.as_view(), name="password_change"),
    *criteria_sets,
    *programme,
    path("healthz", health, name="health"),
]
