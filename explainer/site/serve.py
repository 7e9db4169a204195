"""Serving the site while its sources change, on mkdocs' own live-reload server."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from explainer import verbs
from explainer.errors import ExplainerError
from explainer.site.build import Progress
from explainer.site.project import find_root

HOST = "127.0.0.1"


def serve(port: int, progress: Progress) -> int:
    """Build into build/serve and serve it until interrupted. A source that is wrong leaves the last good site up.

    Raises:
        InputError, ContentError: the first build fails.
    """
    root = find_root(Path.cwd())
    out = root / "build" / "serve"

    def rebuild() -> None:
        try:
            verbs.build(root, out=out, progress=progress)
        except ExplainerError as error:
            print(error, file=sys.stderr)
        progress("")

    verbs.build(root, out=out, progress=progress)
    progress("")
    server = LiveReloadServer(rebuild, HOST, port, str(out))
    for source in ("docs", "mkdocs.yml", "explainer/words/locale", "explainer/words/phrases", "explainer/site/theme"):
        server.watch(str(root / source))
    print(f"Serving on http://{HOST}:{port}/ until Ctrl+C; sources are watched.", file=sys.stderr)
    try:
        server.serve()  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        pass
    finally:
        server.shutdown()
    return 0
