"""Static files: hashed names for native ES modules, and exactly the third-party files in use."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"

#: What a bare name in an `import` statement stands for; the page's import map is written from it.
MODULES = {
    "leaflet": "leaflet/dist/leaflet-src.esm.js",
    "protomaps-leaflet": "protomaps-leaflet/dist/esm/index.js",
    "@mapbox/point-geometry": "@mapbox/point-geometry/index.js",
    "@mapbox/vector-tile": "@mapbox/vector-tile/index.js",
    "@protomaps/basemaps": "@protomaps/basemaps/dist/esm/index.js",
    "color2k": "color2k/dist/index.exports.import.es.mjs",
    "fflate": "fflate/esm/browser.js",
    "idb": "idb/build/index.js",
    "pbf": "pbf/index.js",
    "pmtiles": "pmtiles/dist/esm/index.js",
    "potpack": "potpack/index.mjs",
    "quickselect": "quickselect/index.js",
    "rbush": "rbush/index.js",
    "@geoman-io/leaflet-geoman-free": "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js",
}

FONTS = tuple(
    f"@fontsource/be-vietnam-pro/files/be-vietnam-pro-{subset}-{weight}-normal.woff2"
    for weight in (400, 600)
    for subset in ("latin", "vietnamese")
)

#: What documents on paper are set in besides.
PAPER_FONTS = tuple(
    f"@fontsource/be-vietnam-pro/files/be-vietnam-pro-{subset}-400-italic.woff2" for subset in ("latin", "vietnamese")
)

#: Served as /static/npm/<path>. Only what a page really loads; directories are not opened as a whole.
#: The source maps are there because the hashed storage follows the line that names them.
THIRD_PARTY = (
    *MODULES.values(),
    *FONTS,
    *PAPER_FONTS,
    "leaflet/dist/leaflet.css",
    "leaflet/dist/leaflet-src.esm.js.map",
    "leaflet/dist/images/layers.png",
    "leaflet/dist/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png",
    "pmtiles/dist/esm/index.js.map",
    "protomaps-leaflet/dist/esm/index.js.map",
    "@protomaps/basemaps/dist/esm/index.js.map",
    "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.css",
    "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.css.map",
    "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js.map",
)


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files; `import` statements inside modules are rewritten as well."""

    support_js_module_import_aggregation = True
    # One pass settles one step of a chain of imports; a chain is never as long as this.
    max_post_process_passes = 20

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Leave source maps as they are: only a debugger asks for them, and they are half of the work."""
        kept = kwargs.pop("extensions", None) or Compressor.SKIP_COMPRESS_EXTENSIONS
        return Compressor(extensions=(*kept, "map"), **kwargs)


class NodeModulesFinder(BaseFinder):
    """Finds the files named in THIRD_PARTY below node_modules, under the prefix npm/."""

    prefix = "npm"

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix(f"{self.prefix}/")
        found = path.startswith(f"{self.prefix}/") and name in THIRD_PARTY and (NODE_MODULES / name).is_file()
        match = str(NODE_MODULES / name)
        if find_all:
            return [match] if found else []
        return match if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=str(NODE_MODULES))
        storage.prefix = self.prefix  # type: ignore[attr-defined]  # read by collectstatic
        for name in THIRD_PARTY:
            if not os.path.isfile(NODE_MODULES / name):
                raise FileNotFoundError(f"{name} is not in node_modules: run `make run` or `npm ci` first")
            yield name, storage
