"""Serving the site while its sources change, on mkdocs' own live-reload server.

A saved change is built for the language that is being looked at, and shown. The other languages follow, in a process of
its own that the next change may end at any time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mkdocs.livereload import LiveReloadServer

from explainer import verbs
from explainer.core.disk import in_words, naming
from explainer.core.endings import undone
from explainer.core.errors import ExplainerError
from explainer.site.keys import digest_of_files
from explainer.site.mkdocs_builder import warm_up
from explainer.site.pages import Progress
from explainer.site.patches import mend_script, tell_browsers
from explainer.site.policy import admitting
from explainer.site.project import find_root
from explainer.site.settings import read_shared
from explainer.site.workers import HERE
from explainer.words import conversion
from explainer.words.catalogue import LOCALE_ROOT
from explainer.words.languages import LANGUAGES, Language

HOST = "127.0.0.1"
POLLING = 0.1  # seconds between two looks at the sources
_BUILD = """
import sys
from explainer.core.endings import die_with_input
die_with_input()
from explainer.cli import main
sys.exit(main())
"""


def language_of(path: str, languages: Sequence[Language]) -> Language | None:
    """In which language is a page, by its address? None for what is no page."""
    if not path.endswith(("/", ".html")):
        return None
    own = [language for language in languages if language.path and path.startswith(f"/{language.path}")]
    return own[0] if own else next((language for language in languages if not language.path), None)


class _Server(LiveReloadServer):
    """Knows which language is being looked at: that of the page asked for last, or of the page that asks for news."""

    def __init__(self, builder: Callable[[], None], port: int, out: Path, languages: Sequence[Language]) -> None:
        super().__init__(builder, HOST, port, str(out), polling_interval=POLLING)
        self.languages, self.viewed = languages, languages[0]
        mend_script(self, admitting)  # with it the page's policy changes

    def serve_request(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = str(environ["PATH_INFO"])
        if path.startswith("/livereload/"):
            path = urlsplit(str(environ.get("HTTP_REFERER", ""))).path
        self.viewed = language_of(path, self.languages) or self.viewed
        return super().serve_request(environ, start_response)


class _Others:
    """The build of everything else, in the background."""

    def __init__(self, root: Path, out: Path, languages: Sequence[Language], done: Callable[[], None]) -> None:
        self.root, self.out, self.languages, self.done = root, out, languages, done
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        codes = [word for language in self.languages for word in ("--lang", language.code)]
        command = [sys.executable, "-c", _BUILD, "build", "--draft", "--out", str(self.out), *codes]
        self._process = subprocess.Popen(
            command,
            cwd=self.root,
            stdin=subprocess.PIPE,  # never written to: it ends with this process, and the build with it
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._wait_for, args=(self._process,), daemon=True).start()

    def _wait_for(self, process: subprocess.Popen[str]) -> None:
        before = self._state()
        assert process.stdin is not None
        assert process.stderr is not None
        with process.stdin, process.stderr:
            said = process.stderr.read()
            process.wait()
        if process is not self._process:  # ended, since there is a newer change
            return
        if said:
            print(said, end="", file=sys.stderr)
        if process.returncode == 0 and self._state() != before:
            self.done()

    def _state(self) -> str:
        with suppress(OSError):
            return digest_of_files(self.out, (path for path in self.out.rglob("*") if path.is_file()))
        return ""

    def stop(self) -> None:
        """End it, with all it has started. It leaves nothing that the next build does not clear away."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def serve(port: int, progress: Progress, codes: Sequence[str] = ()) -> int:
    """Build a draft into build/serve and serve it until interrupted. A source that is wrong leaves the last good site up.

    Raises:
        InputError, ContentError: the first build fails.
    """
    root = find_root(Path.cwd())
    out = root / "build" / "serve"
    verbs.build(root, codes, out, progress, draft=True)
    progress("")
    languages = [language for language in LANGUAGES if not codes or language.code in codes]
    warm_up(root, languages)

    def rebuild() -> None:
        others.stop()
        conversion.table.cache_clear()  # the one source that a process reads once
        viewed = server.viewed
        try:
            # in this process: one that has threads had better not be forked
            codes_of_site = [language.code for language in languages]
            verbs.build(root, [viewed.code], out, progress, among=codes_of_site, draft=True, workers=HERE)
        except (ExplainerError, OSError) as error:
            print(in_words(error) if isinstance(error, OSError) else error, file=sys.stderr)
        else:
            if len(languages) > 1:
                others.start()
        progress("")

    server = _Server(rebuild, port, out, languages)
    others = _Others(root, out, languages, partial(tell_browsers, server))
    theme = root / read_shared(root)["theme"]["custom_dir"]
    for source in (root / "docs", root / "mkdocs.yml", LOCALE_ROOT, conversion.TABLES, theme):
        server.watch(str(source))
    print(f"Serving on http://{HOST}:{port}/ until Ctrl+C; sources are watched.", file=sys.stderr)
    with undone(others.stop):
        try:
            with naming(f"{HOST}:{port}"):
                server.serve()  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:  # where signals are not ours to act on
            pass
        finally:
            others.stop()
            server.shutdown()
    return 0
