"""Photos and documents as evidence: what is kept of them, what is refused, who gets to see them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from layers.access import Role
from layers.errors import NotFound, Refused
from layers.models import Evidence, Finding, viewer_of
from layers.programme.evidence import accept, keep, remove, seen_by

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def photo(form: str = "JPEG", size=(60, 40), **more) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "green").save(written, form, **more)
    return written.getvalue()


def from_a_telephone() -> bytes:
    exif = Image.Exif()
    exif[MAKE] = "Máy của ai đó"
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (22.0, 8.0, 50.0)
    return photo(exif=exif)


def upload(content: bytes, name: str = "anh.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_photo_keeps_its_picture_and_loses_its_position():
    sent = from_a_telephone()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    (kept,) = accept([upload(sent + b"<?php hidden behind the picture ?>")])
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert not picture.getexif()
        # Lying on its side by its EXIF, it is stored upright.
        assert picture.size == (40, 60)
    assert b"hidden" not in kept.content
    assert (kept.kind, kept.name) == ("photo", "anh.jpg")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_photos_of_all_usual_kinds_become_jpeg(form):
    (kept,) = accept([upload(photo(form), f"ảnh thôn.{form.lower()}")])
    assert kept.content.startswith(b"\xff\xd8")
    assert kept.name == "ảnh thôn.jpg"


def test_a_large_photo_is_made_smaller(settings):
    settings.LIMITS = settings.LIMITS | {"EVIDENCE_SIDE": 100}
    (kept,) = accept([upload(photo(size=(400, 200)))])
    assert Image.open(io.BytesIO(kept.content)).size == (100, 50)


def test_a_picture_that_unpacks_to_more_than_memory_is_refused(settings):
    settings.LIMITS = settings.LIMITS | {"EVIDENCE_PIXELS": 1000}
    with pytest.raises(Refused):
        accept([upload(photo("PNG", (60, 40)), "bom.png")])


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "anh.svg"),
        (b"MZ\x90\x00", "bao_cao.pdf"),
        (b"", "trong.jpg"),
        (photo()[:200], "cut.jpg"),
        (photo("GIF"), "dong.gif"),
        (b"<html>", "trang.jpg"),
    ],
)
def test_what_is_neither_photo_nor_pdf_is_refused_by_its_content_not_its_name(content, name):
    with pytest.raises(Refused, match=name):
        accept([upload(content, name)])


def test_a_file_that_is_too_large_and_too_many_files_are_refused(settings):
    settings.LIMITS = settings.LIMITS | {"EVIDENCE_BYTES": 2**20, "EVIDENCE_FILES": 2}
    with pytest.raises(Refused):
        accept([upload(PDF + b" " * 2**20, "to.pdf")])
    with pytest.raises(Refused):
        accept([upload(PDF)] * 3)
    assert [file.kind for file in accept([upload(PDF, "a.pdf"), upload(PDF, "b.pdf")])] == ["document", "document"]


@pytest.fixture
def kept(city, settings, tmp_path, member):
    settings.MEDIA_ROOT = tmp_path
    finding = Finding.objects.create(unit=city.west, name="Rác", found_on="2017-05-01", geom=city.west.point)
    planner = viewer_of(member(Role.PLANNER, city.west))

    def make(personal: bool = False) -> Evidence:
        return keep(accept([upload(photo())]), city.west, planner, finding, personal=personal)[0]

    return make


@pytest.mark.django_db
def test_a_file_lies_under_a_name_that_nobody_guesses_and_goes_with_its_row(
    kept, tmp_path, django_capture_on_commit_callbacks
):
    row = kept()
    (path,) = tmp_path.rglob("*.jpg")
    assert "anh" not in path.name and len(path.stem) == 32
    with django_capture_on_commit_callbacks(execute=True):
        remove(row)
    assert not path.exists()


@pytest.mark.parametrize("personal", [False, True])
@pytest.mark.django_db
def test_evidence_is_for_the_staff_of_its_area_and_lists_of_persons_for_those_who_may_see_them(kept, viewers, personal):
    row = kept(personal)
    entitled = {"administrator", "planner", "field"} | (set() if personal else {"leader"})
    seen = set()
    for role, viewer in viewers.items():
        try:
            assert seen_by(viewer, row.pk) == row
            seen.add(role)
        except NotFound:
            pass
    assert seen == entitled
