"""What tests of the field app share: a server that can be killed, and phones that keep what they have.

The server is a process of its own, as in production, so that it dies as servers die. A handset is a browser with
its own folder: closed and opened again it is the same phone.
"""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from hashlib import md5
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.db import connection
from playwright.sync_api import Error, Page, Playwright, expect

from tests.browser import CHROMIUM, FLAGS, PHONE

PIN = "204060"
PASSWORD = "a-long-test-password"
#: A household of the pack.
KNOWN = "Nguyễn Văn Thử"
HERE = {"latitude": 22.11, "longitude": 105.81, "accuracy": 8}
PERMISSIONS = ["geolocation", "backgroundSync", "durableStorage", "videoCapture"]
#: A made-up picture for the camera, and no question whether it may be used.
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
PATIENCE_S = 60
#: What the server's sessions are called in the database.
SERVER = "gis-ntm under test"


class Server:
    """The product on this test's database, in a process group that `kill` ends at once (-9)."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.statics: Path | None = None
        self.process: subprocess.Popen | None = None
        self.secret = secrets.token_urlsafe(64)
        #: The oldest version of the app that it understands.
        self.minimum = "1"

    def start(self) -> None:
        made = connection.settings_dict
        database = f"postgis://{made['USER']}:{made['PASSWORD']}@{made['HOST'].replace('/', '%2F')}:{made['PORT']}"
        environment = os.environ | {
            "DATABASE_URL": f"{database}/{made['NAME']}",
            "PGAPPNAME": SERVER,
            "GIS_NTM_BIND": f"127.0.0.1:{self.port}",
            "GIS_NTM_DEBUG": "0",
            "GIS_NTM_HTTPS": "0",
            "GIS_NTM_SECRET_KEY": self.secret,
            "GIS_NTM_ALLOWED_HOSTS": "127.0.0.1",
            "GIS_NTM_STATIC_ROOT": str(self.statics),
            "GIS_NTM_MEDIA_ROOT": str(self.folder / "media"),
            "GIS_NTM_FIELD_KEYS": str(self.folder / "keys"),
            "GIS_NTM_FIELD_DISK_FREE_BYTES": "1",
            "GIS_NTM_WEB_WORKERS": "1",
            "GIS_NTM_FIELD_APP_MINIMUM": self.minimum,
        }
        with (self.folder / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "gis_ntm.wsgi"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait()

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                with urlopen(f"{self.url}/healthz", timeout=5):  # noqa: S310  # our own server
                    return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise TimeoutError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def deploy(self, statics: Path, minimum: str = "1") -> None:
        """Put another version of the static files in place, as a deployment does."""
        self.kill()
        self.statics, self.minimum = statics, minimum
        self.start()


def changed_statics(statics: Path, to: Path) -> Path:
    """Return a copy of the collected static files in which one style sheet of the field app is another."""
    shutil.copytree(statics, to)
    manifest = json.loads((to / "staticfiles.json").read_text())
    name = manifest["paths"]["layers/field.css"]
    content = (to / name).read_bytes() + b"\n/* a later version */\n"
    later = re.sub(r"\.[0-9a-f]{12}\.", f".{md5(content).hexdigest()[:12]}.", name)  # noqa: S324  # as Django names
    (to / later).write_bytes(content)
    manifest["paths"]["layers/field.css"] = later
    (to / "staticfiles.json").write_text(json.dumps(manifest))
    return to


def altered(statics: Path, to: Path, module: str, words: tuple[str, str]) -> Path:
    """Return a copy of the collected static files that is a later version: a module of the app says other words."""
    changed_statics(statics, to)
    changed = to / json.loads((to / "staticfiles.json").read_text())["paths"][f"layers/js/field/{module}"]
    said = changed.read_text()
    assert said.count(words[0]) == 1
    changed.write_text(said.replace(*words))
    for packed in changed.parent.glob(f"{changed.name}.*"):
        packed.unlink()
    return to


def noise(side: int) -> bytes:
    """Return a PNG of so many pixels a side that no JPEG makes small."""
    rows = b"".join(b"\0" + secrets.token_bytes(3 * side) for _ in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


class Handset:
    """One phone in somebody's hand. What people read and do is done by role and text."""

    def __init__(self, playwright: Playwright, server: Server, folder: Path, language: str = "vi-VN") -> None:
        self.playwright, self.server, self.folder, self.language = playwright, server, folder, language
        self.complaints: list[str] = []
        self.switch_on()

    def switch_on(self) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=CHROMIUM,
            args=[*FLAGS, *CAMERA],
            viewport=PHONE,
            is_mobile=True,
            has_touch=True,
            locale=self.language,
            accept_downloads=True,
        )
        self.page: Page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if self.is_fault(said) else None)
        self.session = self.context.new_cdp_session(self.page)
        # The browser asks a person; a test has none.
        self.cdp("Browser.grantPermissions", origin=self.server.url, permissions=PERMISSIONS)
        self.stand(**HERE)

    @staticmethod
    def is_fault(said: Any) -> bool:
        """A request that fails is what these tests are about; anything else on the console is a mistake."""
        return said.type == "error" and "Failed to load resource" not in said.text

    def switch_off(self) -> None:
        self.context.close()

    def kill(self) -> None:
        """End the browser at once, as a phone short of memory does: nothing is closed, and nothing written anymore."""
        with suppress(Error):  # who is killed does not answer
            self.cdp("Browser.crash")
        self.switch_off()

    def cdp(self, method: str, **parameters: Any) -> dict[str, Any]:
        # What a session grants and limits ends with it, so it is kept open.
        return self.session.send(method, parameters)

    def restart_nearly_full(self, free_bytes: int) -> None:
        """Switch off and on; from now on the browser keeps so much more for this site, and refuses what is beyond.

        Chromium asks for the quota when a database is opened, and for half a minute believes what it heard.
        """
        self.switch_off()
        self.switch_on()
        usage = self.cdp("Storage.getUsageAndQuota", origin=self.server.url)["usage"]
        self.cdp("Storage.overrideQuotaForOrigin", origin=self.server.url, quotaSize=round(usage) + free_bytes)
        self.open("home")

    def make_room(self) -> None:
        self.cdp("Storage.overrideQuotaForOrigin", origin=self.server.url)

    def stand(self, latitude: float, longitude: float, accuracy: float = 8) -> None:
        self.context.set_geolocation({"latitude": latitude, "longitude": longitude, "accuracy": accuracy})

    # What a person does

    def open(self, screen: str = "home") -> Page:
        address = f"{self.server.url}/field/#/{screen}"
        if self.page.url.startswith(f"{self.server.url}/field/"):
            self.page.evaluate("(hash) => { location.hash = hash; }", f"#/{screen}")
        else:
            self.page.goto(address)
        return self.page

    def sign_in(self, username: str, password: str = PASSWORD, label: str = "Máy 1") -> None:
        page = self.open("sign-in")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(password)
        page.get_by_label("Tên máy này").fill(label)
        self.press("Đăng nhập")

    def choose_pin(self, pin: str = PIN) -> None:
        self.page.get_by_label("Mã PIN 6 chữ số").fill(pin)
        self.page.get_by_label("Nhập lại mã PIN").fill(pin)
        self.press("Đặt mã PIN")

    def download(self) -> None:
        self.press("Tải về")
        expect(self.page.get_by_role("button", name="Cập nhật")).to_be_visible(timeout=PATIENCE_S * 1000)

    def make_ready(self, username: str) -> None:
        """Everything that is done once, with a network."""
        self.sign_in(username)
        self.choose_pin()
        self.download()
        self.kept_shell()

    def kept_shell(self) -> None:
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    def unlock(self, pin: str = PIN) -> None:
        self.open("pin")
        self.page.get_by_label("Mã PIN").fill(pin)
        self.press("Mở khóa")
        self.page.wait_for_url(lambda url: "#/pin" not in url)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def begin(self, form: str) -> None:
        self.open("new")
        self.page.get_by_role("button", name=form, exact=True).click()

    def next(self) -> None:
        before = self.page.url
        self.press("Tiếp")
        self.page.wait_for_url(lambda url: url != before)

    def answer(self, text: str) -> None:
        """Type an answer to the question that is open, and wait until it is on the disk."""
        self.page.locator("#main .ask input:not([type=radio]):not([type=checkbox])").fill(text)
        expect(self.page.locator("#saved")).to_contain_text("Đã lưu trên máy")

    def question(self, title: str) -> None:
        """Go to a question from the form's list of answers."""
        self.page.get_by_role("link", name="Xem phiếu").click()
        self.page.locator("a.row", has_text=title).click()

    def new_household(self, name: str) -> None:
        """Record a household here, as far as it may be kept: position and name."""
        self.begin("Hộ gia đình")
        expect(self.page.get_by_text("Đã lấy vị trí này.")).to_be_visible()
        self.next()
        self.answer(name)

    def keep(self) -> None:
        self.page.get_by_role("link", name="Xem phiếu").click()
        self.press("Lưu phiếu")
        self.page.wait_for_url(lambda url: url.endswith("#/home"))

    def pill(self) -> Any:
        return self.page.locator("#queue-pill")

    def expect_unsent(self, count: int) -> None:
        expect(self.pill()).to_have_text(f"{count} phiếu chưa gửi" if count else "Đã gửi hết", timeout=30_000)

    # What is on the disk

    def stored(self, store: str) -> list[Any]:
        """Return what a store of the phone's database holds, keys and bytes left out."""
        return self.page.evaluate(
            """(store) => new Promise((resolve, reject) => {
              const opening = indexedDB.open("gis-ntm-field");
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                const asking = opening.result.transaction(store).objectStore(store).getAll();
                asking.onsuccess = () => {
                  opening.result.close();
                  resolve(JSON.parse(JSON.stringify(asking.result)));
                };
              };
            })""",
            store,
        )
