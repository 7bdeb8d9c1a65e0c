"""A file over HTTP so that a cut download goes on where it ended: one range, If-Range, If-None-Match."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date, parse_etags

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
PIECE = 256 * 1024


def send(request: HttpRequest, path: Path, etag: str, modified: float, content_type: str) -> HttpResponseBase:
    """Answer with a file, or the part of it that is asked for. `etag` names its content and is strong."""
    headers = {"ETag": etag, "Last-Modified": http_date(modified), "Accept-Ranges": "bytes"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    size = path.stat().st_size
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    found = RANGE.fullmatch(wanted)
    if not found or found.groups() == ("", ""):
        return _stream(path, 0, size, 200, headers, content_type)
    begin, end = _span(found[1], found[2], size)
    if begin >= end:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    return _stream(path, begin, end, 206, headers, content_type)


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the bytes asked for, the last excluded; "-500" are the last 500."""
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1, size) if last else size


def _stream(
    path: Path, begin: int, end: int, status: int, headers: dict[str, str], content_type: str
) -> HttpResponseBase:
    response = StreamingHttpResponse(_pieces(path, begin, end), status=status, content_type=content_type)
    response["Content-Length"] = str(end - begin)
    for name, value in headers.items():
        response[name] = value
    return response


def _pieces(path: Path, begin: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(begin)
        while begin < end:
            piece = file.read(min(PIECE, end - begin))
            if not piece:
                return
            begin += len(piece)
            yield piece
