"""The addresses of the pages and of the JSON they read."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from .accounts import ChangePassword, SignIn
from .catalogue import catalogue
from .criterion import criterion_panel
from .editing import create, edit
from .features import feature
from .health import health
from .help import help_page
from .history import history
from .map import map_page
from .search import search
from .table import table
from .units import unit_panel

urlpatterns = [
    path("", map_page, name="map"),
    path("layers.json", catalogue, name="catalogue"),
    path("search.json", search, name="search"),
    path("units/<int:pk>.json", unit_panel, name="unit_panel"),
    path("units/<int:pk>/criteria/<int:number>.json", criterion_panel, name="criterion_panel"),
    path("features/<slug:slug>/<int:pk>.json", feature, name="feature"),
    path("features/<slug:slug>/<int:pk>/history.json", history, name="history"),
    path("edit/<slug:slug>/", create, name="create"),
    path("edit/<slug:slug>/<int:pk>", edit, name="edit"),
    path("table/<slug:slug>/", table, name="table"),
    path("help/", help_page, name="help"),
    path("accounts/login/", SignIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/password/", ChangePassword.as_view(), name="password_change"),
    path("healthz", health, name="health"),
]
