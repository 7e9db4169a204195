"""Small pictures as PNG, within the page itself: an image of pixels, and weights as pictures of the pixels that they belong to."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _PALETTE = 0, 3  # kinds of colour
LEVELS = 12  # of colour on either side of nothing
_POSITIVE, _NEGATIVE = (31, 111, 214), (216, 96, 10)  # to be seen on white and on black
_GAP = 2  # pixels between pictures on a sheet


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(rows: Sequence[bytes], colour: int, *chunks: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, colour, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"".join((_SIGNATURE, _chunk(b"IHDR", head), *chunks, _chunk(b"IDAT", data), _chunk(b"IEND", b"")))


def grey(pixels: bytes, width: int) -> bytes:
    """A picture of pixels, row by row, from 0 (black) to 255 (white)."""
    return _png([pixels[begin : begin + width] for begin in range(0, len(pixels), width)], _GREY)


def signed(numbers: Sequence[float], largest: float) -> bytes:
    """The levels of numbers, one byte each: 0 is nothing, then come positive ones and negative ones by their size."""
    found = bytearray()
    for number in numbers:
        level = min(round(abs(number) / largest * LEVELS), LEVELS)
        found.append(level + (LEVELS if number < 0 and level else 0))
    return bytes(found)


def sheet(pictures: Sequence[bytes], width: int, columns: int) -> bytes:
    """Pictures of levels side by side and below each other. What is nothing lets the paper through."""
    height = len(pictures[0]) // width
    rows = [bytearray() for _ in range(-(-len(pictures) // columns) * (height + _GAP) - _GAP)]
    for number, picture in enumerate(pictures):
        across, down = number % columns, number // columns * (height + _GAP)
        for line in range(height):
            rows[down + line] += bytes(_GAP if across else 0) + picture[line * width : (line + 1) * width]
    full = columns * (width + _GAP) - _GAP
    palette = bytes((0, 0, 0)) + bytes(_POSITIVE) * LEVELS + bytes(_NEGATIVE) * LEVELS
    shares = [round(255 * level / LEVELS) for level in range(1, LEVELS + 1)]
    chunks = _chunk(b"PLTE", palette), _chunk(b"tRNS", bytes([0, *shares, *shares]))
    return _png([bytes(row).ljust(full, b"\0") for row in rows], _PALETTE, *chunks)


def address(png: bytes) -> str:
    """A picture as an address that holds all of it."""
    return "data:image/png;base64," + b64encode(png).decode()
