"""A web server of the benchmark's own on the loopback, and a client that costs next to nothing."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from .databases import url

START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """`static` is the folder of static files as the server was started with it."""

    port: int
    static: Path


@contextmanager
def server(static_files: dict[str, bytes] | None = None, workers: int = 1) -> Iterator[Server]:
    """Serve the product as `gunicorn` does; with one worker its cache is warm once it is warm."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        # Pages name the files as they were collected; what is to be served beside them is laid among these.
        static = Path(folder)
        shutil.copytree(settings.STATIC_ROOT, static, dirs_exist_ok=True)
        for name, content in (static_files or {}).items():
            (static / name).write_bytes(content)
        process = subprocess.Popen(  # noqa: S603  # our own program and arguments
            [sys.executable, "-m", "gunicorn", "gis_ntm.wsgi", "--log-level", "warning"],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DATABASE_URL": url(),
                "GIS_NTM_BIND": f"127.0.0.1:{port}",
                "GIS_NTM_WEB_WORKERS": str(workers),
                "GIS_NTM_STATIC_ROOT": folder,
            },
            stdout=sys.stderr,
        )
        try:
            _wait(port, process)
            yield Server(port, static)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not start; its last lines are above")


class Client:
    """One connection that is kept open. Reads heads by the shortest way, so that the server is the slow part."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = [f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip", *([f"Cookie: {cookie}"] if cookie else ())]
        self._head = "".join(f"{line}\r\n" for line in lines) + "\r\n"

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{self._head}".encode())
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head, body = received[:end].lower(), received[end + 4 :]
        status = int(head[9:12])
        if b"content-length:" not in head and status != 204:
            raise RuntimeError(f"{path} was answered without its length")
        length = 0 if status == 204 else int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._receive()
        return status, body

    def _receive(self) -> bytes:
        chunk = self._socket.recv(256 * 1024)
        if not chunk:
            raise RuntimeError("the server closed the connection")
        return chunk


def requests_per_second(port: int, path: str, cookie: str, seconds: float, connections: int = 4) -> float:
    """Ask for one address over several connections for some seconds."""
    until = time.perf_counter() + seconds

    def ask(_number: int) -> int:
        answered = 0
        with Client(port, cookie) as client:
            while time.perf_counter() < until:
                status, _body = client.get(path)
                if status != 200:
                    raise RuntimeError(f"{path}: {status}")
                answered += 1
        return answered

    with ThreadPoolExecutor(connections) as pool:
        return sum(pool.map(ask, range(connections))) / seconds
