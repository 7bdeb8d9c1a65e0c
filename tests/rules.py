"""A small set of criteria with one commune assessed by it, and who keeps the sets: what tests of their pages share."""

import io

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from layers.access import Role
from layers.criteria.assess import assess
from layers.models import Indicator, Statistic
from tests.small_set import small_set

SOON = {
    "first_year": "2018",
    "value": "90",
    "source": "QĐ của tỉnh",
    "reason": "Theo quyết định mới",
    "commune_group": "0",
}


@pytest.fixture
def rules(city):
    made = small_set()
    made.criteria.get(number=15).indicators.get(code="15.1").thresholds.update(verified=False)
    return made


@pytest.fixture
def insured(rules) -> Indicator:
    return Indicator.objects.get(code="15.1")


@pytest.fixture
def superuser(browser, city) -> Client:
    client = browser(Role.ADMINISTRATOR, city.province)
    User.objects.update(is_superuser=True, is_staff=True)
    return client


@pytest.fixture
def judged(insured, city) -> Indicator:
    """87 of 100 insured in the west in 2018: met at 85, unmet at 90, as the only indicator of its criterion."""
    insured.criterion.indicators.exclude(pk=insured.pk).delete()
    Statistic.objects.create(unit=city.west, year=2018, code="insured", numerator=870, denominator=1000, source="x")
    assess(2018)
    return insured


def sheet(*rows: tuple) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return SimpleUploadedFile("chi_tieu.xlsx", written.getvalue())
