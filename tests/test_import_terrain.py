"""Elevation models: looked at before they are taken, kept once, and read for slopes."""

import io

import numpy as np
import pytest
import rasterio
from affine import Affine
from django.core.management import CommandError, call_command

from layers.models import Terrain
from layers.planning.store.heights import read_heights
from tests.test_import_real import real

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def raster(folder, heights, crs="EPSG:4326", count=1, nodata=None):
    path = folder / "dem.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=heights.shape[1], height=heights.shape[0], count=count, dtype="float32",
        crs=crs, transform=Affine(0.001, 0, 105.8, 0, -0.001, 22.2), nodata=nodata,
    ) as made:  # fmt: skip
        for band in range(count):
            made.write(heights.astype("float32"), band + 1)
    return path


def told(path, **more) -> str:
    out = io.StringIO()
    call_command("import_terrain", str(path), stdout=out, **more)
    return out.getvalue()


def test_an_elevation_model_is_stored_once_and_read_for_heights(tmp_path):
    path = raster(tmp_path, np.full((100, 100), 420.0))
    assert "stored as" in told(path, name="Địa hình", source="đo 2020")
    assert "is stored already" in told(path)
    terrain = Terrain.objects.get()
    # A thousandth of a degree at 22.15° is 103.2 m from west to east and 110.7 m from south to north.
    assert terrain.resolution_m == pytest.approx(110.7, abs=0.2)
    assert terrain.extent.extent == pytest.approx((105.8, 22.1, 105.9, 22.2))
    assert read_heights(np.array([[105.85, 22.15], [106.5, 22.15]])) == pytest.approx([420.0, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("heights", "more", "reason"),
    [
        (np.full((9, 9), 420.0), {"count": 2}, "một dải"),
        (np.full((9, 9), 420.0), {"crs": None}, "EPSG"),
        (np.full((9, 9), -32768.0), {"nodata": -32768}, "không có độ cao nào"),
        (np.full((9, 9), -32768.0), {}, "nodata"),
        (np.full((9, 9), 29_000.0), {}, "29000"),
    ],
)
def test_what_is_no_elevation_model_is_refused_with_the_reason(tmp_path, heights, more, reason):
    from django.utils import translation

    with translation.override("vi"), pytest.raises(CommandError, match=reason):
        told(raster(tmp_path, heights, **more))
    assert not Terrain.objects.exists()


def test_a_file_that_is_no_raster_is_refused(tmp_path):
    path = tmp_path / "dem.tif"
    path.write_text("no raster")
    with pytest.raises(CommandError):
        told(path)
    with pytest.raises(CommandError):
        told(tmp_path / "absent.tif")


def test_the_terrain_of_andorra_is_taken_as_it_is():
    assert "EPSG:4326" in told(real("raster/andorra_srtm3_dem.tif"), name="SRTM")
    height = read_heights(np.array([[1.5218, 42.5063]]))[0]
    # The capital lies at 1,023 m.
    assert 950 < height < 1150
