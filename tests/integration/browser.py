"""Headless Chromium, driven over its DevTools protocol: opens pages from disk, runs scripts in them, keeps every error."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

from websockets.sync.client import connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
]


class Browser:
    """One tab. `errors` has what scripts threw, what the console called an error and what was refused (CSP)."""

    def __init__(self) -> None:
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [CHROMIUM, *QUIET, f"--user-data-dir={self.profile.name}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.open_things = ExitStack()
        self.socket = self.open_things.enter_context(connect(self._page(), max_size=None))
        self.errors: list[str] = []
        self.waiting: list[dict] = []
        self.number = 0
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def _page(self) -> str:
        """The address of the tab, as soon as the browser says where it listens."""
        port = Path(self.profile.name) / "DevToolsActivePort"
        for _ in range(200):
            if port.exists() and (lines := port.read_text().split()):
                with urlopen(f"http://127.0.0.1:{lines[0]}/json/list") as answer:
                    tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
                if tabs:
                    return tabs[0]["webSocketDebuggerUrl"]
            time.sleep(0.1)
        raise TimeoutError("Chromium did not start")

    def call(self, method: str, **parameters) -> dict:
        """Ask the browser, and note what happens meanwhile."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=120))
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self._note(message)

    def _note(self, message: dict) -> None:
        method, told = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(told["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and told["type"] == "error":
            self.errors.append(json.dumps(told["args"])[:500])
        elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.errors.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
        elif method == "Page.javascriptDialogOpening":
            self.errors.append(f"a dialog opened: {told['message']}")
            self.socket.send(
                json.dumps({"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}})
            )
        self.waiting.append(message)

    def open(self, address: str) -> None:
        """Go to an address, and wait until it is loaded."""
        self.waiting.clear()
        self.call("Page.navigate", url=address)
        while not any(message.get("method") == "Page.loadEventFired" for message in self.waiting):
            self._note(json.loads(self.socket.recv(timeout=120)))

    def run(self, script: str):
        """The value of an expression in the page (a promise is awaited)."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def look(self, width: int, dark: bool = False, paper: bool = False) -> None:
        """As on a screen of this width, in dark or light, or on paper."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="print" if paper else "", features=[scheme])

    def close(self) -> None:
        self.open_things.close()
        self.process.terminate()
        self.process.wait(10)
        self.profile.cleanup()
