"""Files from strangers, laid out in a folder of one's own under names of one's own.

An archive is unpacked member by member within the limits on size, ratio and number; no name in it is used as
a path. A shapefile's .prj is set aside: GDAL follows references in it, `crs` reads it as plain text.
"""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from layers.errors import Refused

from .formats import ARCHIVES, BY_SUFFIX, KNOWN, Format, recognise

#: Small members are allowed any ratio: an empty table shrinks to nothing.
HARMLESS = 1024**2
CHUNK = 1024**2


@dataclass(frozen=True)
class Dataset:
    """One set of data on disk: its main file, its format, the text of its .prj and its name to the user."""

    path: Path
    format: Format
    name: str
    projection: str = ""


@contextmanager
def opened(path: Path, part: str = "") -> Iterator[Dataset]:
    """Lay a file or archive out for reading; `part` chooses among several in one archive."""
    if not path.is_file():
        raise Refused(_("There is no file “%(file)s”."), file=path.name)
    with TemporaryDirectory(prefix="gis-ntm-") as folder:
        if path.suffix.lower() in ARCHIVES:
            names = _unpack(path, Path(folder))
        else:
            if zipfile.is_zipfile(path):
                with _archive(path) as archive:
                    _check(archive.infolist(), path.name)
            names = _link(path, Path(folder))
        yield _choose(names, part, path.name)


def _choose(names: dict[Path, str], part: str, file: str) -> Dataset:
    main = {path: name for path, name in names.items() if path.suffix in BY_SUFFIX}
    if part and len(main) > 1:
        main = {path: name for path, name in main.items() if PurePosixPath(name).stem == PurePosixPath(part).stem}
    if not main:
        raise Refused(_("“%(file)s” holds nothing that can be imported."), file=file)
    if len(main) > 1:
        raise Refused(
            _("“%(file)s” holds several sets of data: %(names)s. Name the one to import as the part."),
            file=file,
            names=", ".join(sorted(main.values())),
        )
    path, name = next(iter(main.items()))
    form = recognise(path, PurePosixPath(name).name)
    projection = path.with_suffix(".prj")
    text = ""
    if projection.exists():
        text = projection.read_bytes()[:10_000].decode("utf-8", "replace")
        projection.unlink()
    return Dataset(path, form, name, text)


def _link(path: Path, folder: Path) -> dict[Path, str]:
    """Lay a loose file and those that belong to it out by symbolic links."""
    form = BY_SUFFIX.get(path.suffix.lower()) or recognise(path, path.name)
    names = {}
    for suffix in (path.suffix, *form.beside):
        for found in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
            link = folder / f"data{suffix.lower()}"
            if found.is_file() and not link.exists():
                link.symlink_to(found.resolve())
                names[link] = found.name
    return names


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise Refused(
            _("The archive “%(file)s” is damaged or was not uploaded whole. Make it again and try again."),
            file=path.name,
        ) from error


def _check(members: list[zipfile.ZipInfo], file: str) -> None:
    """Refuse an archive that would unpack to more than it should, or outside the folder it is unpacked to."""
    limits = settings.LIMITS
    if len(members) > limits["ARCHIVE_MEMBERS"]:
        raise Refused(
            _("The archive “%(file)s” holds %(count)d files; at most %(limit)d are accepted."),
            file=file, count=len(members), limit=limits["ARCHIVE_MEMBERS"],
        )  # fmt: skip
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise Refused(
                _("The archive “%(file)s” holds a name that points outside it: “%(name)s”. Nothing was unpacked."),
                file=file, name=member.filename[:100],
            )  # fmt: skip
        if member.flag_bits & 1:
            raise Refused(_("The archive “%(file)s” is locked with a password. Pack it without one."), file=file)
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > HARMLESS and ratio > limits["ARCHIVE_RATIO"]:
            raise Refused(
                _("“%(name)s” in the archive “%(file)s” would unpack to %(ratio)d times its size; at most %(limit)d times is accepted."),  # noqa: E501
                file=file, name=member.filename[:100], ratio=ratio, limit=limits["ARCHIVE_RATIO"],
            )  # fmt: skip
    total = sum(member.file_size for member in members)
    if total > limits["ARCHIVE_BYTES"]:
        raise Refused(
            _("The archive “%(file)s” would unpack to %(size)d MB; at most %(limit)d MB are accepted."),
            file=file, size=total // 1024**2, limit=limits["ARCHIVE_BYTES"] // 1024**2,
        )  # fmt: skip


def _unpack(path: Path, folder: Path) -> dict[Path, str]:
    names = {}
    with _archive(path) as archive:
        members = archive.infolist()
        _check(members, path.name)
        stems: dict[str, str] = {}
        for member in members:
            name = PurePosixPath(member.filename.replace("\\", "/"))
            # Some machines add files of their own (__MACOSX/._roads.shp) that look like data.
            if member.is_dir() or name.suffix.lower() not in KNOWN or name.name.startswith("."):
                continue
            stem = stems.setdefault(str(name.with_suffix("")).lower(), f"data{len(stems)}")
            target = folder / f"{stem}{name.suffix.lower()}"
            # Reading stops at the size the archive declares, and its checksum is verified at the end.
            with archive.open(member) as packed, target.open("wb") as file:
                shutil.copyfileobj(packed, file, CHUNK)
            names[target] = str(name)
    return names
