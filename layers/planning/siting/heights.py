"""Heights of an elevation model, read from its file onto a grid of any plane."""

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from layers.planning.arrays import Floats
from layers.planning.metres import Metres

from .suitability import Grid

NOT_KNOWN = -32768


class Heights:
    """Reads a window at a time, so that memory is bounded by the window. path: of a GeoTIFF."""

    def __init__(self, path: str, plane: Metres) -> None:
        self.path, self.crs = path, plane.crs.to_wkt()

    def __call__(self, grid: Grid) -> Floats:
        """(rows, cols) metres above sea, NaN where not known; between the cells of a coarser model it is smooth."""
        # Only this driver: others would follow references out of the file.
        with (
            rasterio.open(self.path, driver="GTiff") as source,
            WarpedVRT(
                source,
                crs=self.crs,
                transform=grid.transform,
                width=grid.cols,
                height=grid.rows,
                resampling=Resampling.cubic_spline,
                dtype="float32",
                nodata=NOT_KNOWN,
            ) as warped,
        ):
            found: Floats = warped.read(1, masked=True).astype(np.float64).filled(np.nan)
        return found
