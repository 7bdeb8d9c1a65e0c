"""What the cells of a workbook say beyond their values: which hold a formula, which are shown as per cent."""

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

#: Excel's own formats of per cent; others say so by their pattern.
PER_CENT = {"9", "10"}
STYLES_BYTES = 8 * 1024**2
_FORMAT = re.compile(rb'<numFmt\b[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
_USED = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_ID = re.compile(rb'numFmtId="(\d+)"')

Place = tuple[int, int]


@dataclass(frozen=True)
class Marks:
    """Line (from 1) and column (from 0) of the cells with a formula, whose stored value may be old or missing, and of
    those shown as per cent, whose stored value is a hundredth of it."""

    formulas: set[Place] = field(default_factory=set)
    per_cent: set[Place] = field(default_factory=set)


def marks_of(path: Path, sheet: str) -> Marks:
    """Return what is to be told of the cells of a sheet. The old .xls tells neither."""
    # openpyxl takes a minute for what these take a second, and most workbooks have neither.
    if path.suffix == ".xls" or not (_has_formulas(path) or _has_per_cent(path)):
        return Marks()
    found = Marks()
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for row in book[sheet].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    found.formulas.add((cell.row, cell.column - 1))
                elif cell.data_type == "n" and cell.value is not None and "%" in cell.number_format:
                    found.per_cent.add((cell.row, cell.column - 1))
    finally:
        book.close()
    return found


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                with archive.open(name) as xml:
                    tail = b""
                    while chunk := xml.read(1024**2):
                        if b"<f>" in tail + chunk or b"<f " in tail + chunk:
                            return True
                        tail = chunk[-2:]
    return False


def _has_per_cent(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        if "xl/styles.xml" not in archive.namelist():
            return False
        with archive.open("xl/styles.xml") as xml:
            styles = xml.read(STYLES_BYTES)
    own = {number.decode() for number, pattern in _FORMAT.findall(styles) if b"%" in pattern}
    used = _USED.search(styles)
    return used is not None and not {number.decode() for number in _ID.findall(used[0])}.isdisjoint(PER_CENT | own)
