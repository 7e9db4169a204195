"""What is changed of other people's libraries while they run: all of it is here, each with its reason.

These reach into what a library does not promise to keep. So they know for which versions they were written, and a test says
which one is another: what follows is then to be read beside that library's source, before its version here is changed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import Any

# By the names of distributions; of a version that has more parts than are given here, any will do.
WRITTEN_FOR = {
    "jieba": "0.42",
    "jinja2": "3.1",
    "jupyter-core": "5",
    "mkdocs": "1.6",
    "mkdocs-jupyter": "0.26",
    "mkdocs-material": "9.8",
}


# --- Material and Jupyter: what they say and look for at every start


def quiet() -> None:
    """Neither notices nor settings from outside: Material's about its successor, and whatever somebody has set for Jupyter."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    os.environ["JUPYTER_NO_CONFIG"] = "1"
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"  # else a warning that this will be the default
    from jupyter_core.paths import jupyter_config_dir

    with suppress(OSError):  # it makes an empty folder to find no settings in, and leaves it: none does as well
        os.rmdir(jupyter_config_dir())


# --- Jinja: a template is compiled once

_LEXED_BY = (
    *(f"{kind}_{end}_string" for kind in ("block", "variable", "comment") for end in ("start", "end")),
    *("line_statement_prefix", "line_comment_prefix", "trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline"),
)


def compile_once() -> None:
    """Compiling takes longer than all else that is done for a page, and mkdocs starts anew for each language, nbconvert for
    each notebook. A cache would have to be given to each of their environments; so what compiles remembers what it has made.

    A template's code depends on its source and on how its environment reads it, not on what is filled into it.
    """
    import jinja2

    compiled: dict[Any, Any] = {}
    anew = jinja2.Environment.compile
    if hasattr(anew, "__wrapped__"):
        return

    @wraps(anew)
    def compile_or_recall(self: Any, source: Any, name: Any = None, filename: Any = None, *other: Any, **others: Any) -> Any:
        if other or others or not isinstance(source, str):
            return anew(self, source, name, filename, *other, **others)
        read_by = [getattr(self, setting) for setting in _LEXED_BY]
        knows = (frozenset(self.extensions), frozenset(self.filters), frozenset(self.tests))
        key = (source, name, filename, type(self), *read_by, *knows, self.optimized, self.autoescape, self.finalize, self.is_async)
        if key not in compiled:
            compiled[key] = anew(self, source, name, filename)
        return compiled[key]

    jinja2.Environment.compile = compile_or_recall  # type: ignore[method-assign]


# --- mkdocs: a page that is recalled is not rendered again

Render = Callable[[Any, Callable[..., None], Any, Any], None]  # a page, how it would be rendered, the settings, all files
Add = Callable[[Any, Callable[[Any], None], Any], None]  # an index, how a page would be added to it, the page


def render_by(page: Any, render: Render) -> None:
    """Between a page's Markdown and its HTML there is no hook that may answer in place of the renderer."""
    page.render = partial(render, page, page.render)


def index_by(search: Any, add: Add) -> None:
    """Nor is there one between a page and its entries in Material's search index."""
    index = search.search_index
    index.add_entry_from_context = partial(add, index, index.add_entry_from_context)


def first_heading(page: Any) -> str | None:
    """The title that rendering has found: mkdocs keeps it to itself, and a page that is recalled must have it."""
    found: str | None = page._title_from_render
    return found


def with_first_heading(page: Any, title: str | None) -> None:
    page._title_from_render = title


# --- mkdocs: its live-reload server


def mend_script(server: Any, mend: Callable[[bytes, bytes], bytes]) -> None:
    """The script that the server puts into each page is not in the page's policy: `mend` gets the page, and the script."""
    inject = server._inject_js_into_html

    def injected(content: bytes, epoch: int) -> bytes:
        page: bytes = inject(content, epoch)
        start = page.rindex(b"<script>") + len(b"<script>")
        return mend(page, page[start : page.index(b"</script>", start)])

    server._inject_js_into_html = injected


def tell_browsers(server: Any) -> None:
    """That there is something new, between two rebuilds: the server itself says so after a rebuild alone."""
    with server._epoch_cond:
        server._wanted_epoch = server._visible_epoch = max(server._visible_epoch, server._wanted_epoch) + 1
        server._epoch_cond.notify_all()


# --- jieba: the words of Chinese


def dictionary_of_chinese() -> Any:
    """jieba's dictionary, read from its own file: not the copy that it takes from where anybody may have put one, no sooner."""
    import jieba

    logging.getLogger("jieba").disabled = True  # it sets its own level when it is imported
    dictionary = jieba.Tokenizer()
    dictionary.FREQ, dictionary.total = dictionary.gen_pfdict(dictionary.get_dict_file())
    dictionary.initialized = True
    return dictionary


def cut_by(dictionary: Any) -> None:
    """Material's search cuts by the one dictionary that jieba makes for itself; by another it cannot be told to."""
    import jieba

    jieba.cut = dictionary.cut
