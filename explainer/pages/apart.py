"""What is finished and large is set apart: Markdown, the search and templates see a placeholder where it stands.

Three quarters of a page are its formulas and figures. They need no reader of Markdown, hold no words to be found, and would be
read three times over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

BEGIN, END = "\ufdd0", "\ufdd1"  # no characters, says Unicode: they are in no text of anybody's
_MARKED = re.compile(f"{BEGIN}([^{END}]*){END}")
UNSEARCHED = ' data-search-exclude="1"'  # the search's mark of what it shall not read; it takes the mark off
# a block as these are, so that what is around it is read as it would be around them
_PLACEHOLDER = f'<div data-apart="{{}}"{UNSEARCHED}></div>'
_PLACE = re.compile(rf'<div data-apart="(\d+)"(?:{UNSEARCHED})?></div>')


def marked(html: str) -> str:
    """Finished blocks of HTML, to be set apart."""
    return f"{BEGIN}{html}{END}"


def taken_out(page: str) -> tuple[str, list[str]]:
    """A page with a placeholder in each marked place, and what stood there."""
    parts = _MARKED.findall(page)
    numbers = iter(range(len(parts)))
    return _MARKED.sub(lambda _: _PLACEHOLDER.format(next(numbers)), page), parts


def put_back(html: str, parts: Sequence[str]) -> str:
    """A finished page with all of it.

    Raises:
        IndexError: it has a placeholder for nothing.
    """
    return _PLACE.sub(lambda match: parts[int(match[1])].replace(UNSEARCHED, ""), html)
