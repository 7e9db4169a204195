"""A finished site in a browser: served as its host would, in a window, where nothing may go wrong unseen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 375, "height": 800}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class WithoutWords(Quiet):
    """Of the index of the search, which takes a browser longer than the page, there is only a beginning."""

    def do_GET(self) -> None:
        if not self.path.endswith("/search_index.json"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"config": {"lang": ["en"], "separator": " ", "pipeline": [], "fields": {}}, "docs": []}')


@contextmanager
def served(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """A site, served from a folder of its host, as project pages are: that is where links from the root break."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder.parent))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{folder.name}/"
        finally:  # or a test that fails never ends
            server.shutdown()
            thread.join()


@contextmanager
def watched(browser: Any, origin: str, **options: Any) -> Iterator[Any]:
    """A page in a fresh profile; whatever goes wrong in it until the end fails the test."""
    wrong: list[str] = []
    context = browser.new_context(reduced_motion="reduce", **options)
    page = context.new_page()
    page.on("request", lambda request: wrong.append(f"foreign: {request.url}") if foreign(request.url, origin) else None)
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}") if not left(request.failure) else None)
    page.on("response", lambda response: wrong.append(f"{response.status}: {response.url}") if response.status >= 400 else None)
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert not wrong


def foreign(address: str, origin: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("data", "blob") and not address.startswith(origin)


def left(failure: str | None) -> bool:
    """Whether a request failed only because the reader went on to another page."""
    return failure == "net::ERR_ABORTED"
