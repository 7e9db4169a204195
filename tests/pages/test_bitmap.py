"""Small pictures: what a decoder of PNG gets back, and which addresses pass for one."""

from __future__ import annotations

import struct
import zlib

import pytest
from selectolax.lexbor import LexborHTMLParser

from explainer.core.text import is_picture
from explainer.pages import bitmap
from explainer.site import safety
from tests.recorded import small_recorded


def decoded(png: bytes) -> tuple[int, dict[bytes, bytes], list[bytes]]:
    """The width, the other chunks, and the rows of a PNG of one byte a pixel and no filters; its checksums are right."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, chunks = 8, dict[bytes, bytes]()
    while place < len(png):
        (size,) = struct.unpack_from(">I", png, place)
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        assert struct.unpack_from(">I", png, place + 8 + size) == (zlib.crc32(kind + content),)
        chunks[kind] = content
        place += size + 12
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    data = zlib.decompress(chunks[b"IDAT"])
    rows = [data[line * (width + 1) : (line + 1) * (width + 1)] for line in range(height)]
    assert len(data) == height * (width + 1)
    assert all(row[0] == 0 for row in rows)
    return width, chunks, [row[1:] for row in rows]


def test_an_image_comes_back_pixel_by_pixel() -> None:
    pixels = small_recorded().picture.pixels
    width, _, rows = decoded(bitmap.grey(pixels, 5))
    assert (width, b"".join(rows)) == (5, pixels)


def test_weights_have_the_colour_of_their_sign_and_the_strength_of_their_size() -> None:
    levels = bitmap.signed([0.0, 1.0, -1.0, 0.5, -0.5, 9.0, 0.001, -0.001], 1.0)
    most = bitmap.LEVELS
    assert list(levels) == [0, most, 2 * most, most // 2, most + most // 2, most, 0, 0]
    width, chunks, rows = decoded(bitmap.sheet([levels[:4], levels[4:], levels[:4]], width=2, columns=2))
    assert (width, len(rows)) == (6, 6)
    assert rows[0] == bytes([levels[0], levels[1], 0, 0, levels[4], levels[5]])
    assert rows[4] == bytes([levels[0], levels[1], 0, 0, 0, 0])
    palette, shares = chunks[b"PLTE"], chunks[b"tRNS"]
    assert shares[0] == 0
    assert shares[most] == shares[2 * most] == 255
    assert palette[3 * most : 3 * most + 3] != palette[6 * most : 6 * most + 3]


@pytest.mark.parametrize(
    ("element", "is_safe"),
    [
        (f'<img src="{bitmap.address(bitmap.grey(bytes(4), 2))}" alt="">', True),
        (f'<a href="{bitmap.address(bitmap.grey(bytes(4), 2))}">a</a>', False),
        ('<img src="data:image/svg+xml;base64,PHN2Zz4=" alt="">', False),
        ('<img src="data:image/png;base64,AA==&quot; onerror=x" alt="">', False),
        ('<img src="data:text/html;base64,AA==" alt="">', False),
    ],
)
def test_only_a_picture_of_pixels_may_be_its_own_address(element: str, is_safe: bool) -> None:
    found = [what for what, _ in safety.problems(LexborHTMLParser(f"<body>{element}</body>")) if "policy" not in what]
    assert (not found) == is_safe


def test_a_picture_s_address_has_nothing_after_it() -> None:
    assert is_picture("data:image/png;base64,AAAA")
    assert not is_picture("data:image/png;base64,AA AA")
