"""IDX, the format of MNIST's files: two bytes 0, the kind of numbers, how many dimensions, their sizes, and the numbers."""

from __future__ import annotations

import gzip
import hashlib
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explainer.core.errors import Attempts, InputError, Problem
from explainer.core.sources import content_of
from explainer.datasets.places import DataSet, Part

BYTES = 8  # the kind of numbers from 0 to 255
GZIP = b"\x1f\x8b"
Array = np.ndarray[Any, np.dtype[np.uint8]]
_KINDS = {1: "labels", 3: "images"}


@dataclass(frozen=True, eq=False)
class Images:
    """A data set, or some of it: images (n, height, width) from 0 (black) to 255 (white), and a label for each."""

    train_images: Array
    train_labels: Array
    test_images: Array
    test_labels: Array


def unpacked(content: bytes, file: str, size: int, usage: str) -> bytes:
    """A file's content without gzip's packing, if it has any; no more than `size` bytes are unpacked.

    Raises:
        InputError: the packing is broken off or altered, or there is more in it.
    """
    if not content.startswith(GZIP):
        return content
    reader = zlib.decompressobj(wbits=31)
    try:
        found = reader.decompress(content, size + 1)
    except zlib.error as error:
        raise InputError(Problem(file, "", f"a gzip file that is damaged ({error})", "the file as published", usage)) from None
    if len(found) <= size and not reader.eof:
        raise InputError(Problem(file, "", "a gzip file that breaks off", "the whole file", usage))
    if len(found) > size:
        raise InputError(Problem(file, "", f"a gzip file of more than {size:,} bytes in it", f"one of {size:,} bytes", usage))
    return found


def read(content: bytes, file: str, shape: tuple[int, ...], usage: str) -> Array:
    """The numbers of an IDX file: images are (n, height, width), labels (n,); `shape` is that without n.

    Raises:
        InputError: it is none, or of another kind, or not as long as its head says.
    """

    def refused(found: str, expected: str) -> InputError:
        return InputError(Problem(file, "", found, expected, usage))

    count = 1 + len(shape)
    head, what = 4 + 4 * count, _KINDS.get(count, "numbers")
    magic = bytes((0, 0, BYTES, count))
    if content[:200].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise refused("a web page", f"an IDX file of {what}")
    if content[:4] != magic:
        own = next((kind for number, kind in _KINDS.items() if content[:4] == bytes((0, 0, BYTES, number))), "")
        begins = f"a file that begins with the bytes {content[:4].hex(' ')}" if content else "an empty file"
        raise refused(f"an IDX file of {own}" if own else begins, f"an IDX file of {what}, which begins with {magic.hex(' ')}")
    if len(content) < head:
        raise refused(f"a head of {len(content)} bytes", f"a head of {head} bytes")
    sizes = tuple(int.from_bytes(content[place : place + 4], "big") for place in range(4, head, 4))
    if sizes[1:] != shape:
        raise refused(f"images of {'×'.join(map(str, sizes[1:]))} pixels", f"images of {'×'.join(map(str, shape))} pixels")
    wanted = head + math.prod(sizes)
    if len(content) != wanted:
        raise refused(f"{len(content):,} bytes, for {sizes[0]:,} {what}", f"{wanted:,} bytes")
    return np.frombuffer(content, np.uint8, offset=head).reshape(sizes)


def written(numbers: Array) -> bytes:
    """An array as the content of an IDX file."""
    sizes = b"".join(size.to_bytes(4, "big") for size in numbers.shape)
    return bytes((0, 0, BYTES, numbers.ndim)) + sizes + np.ascontiguousarray(numbers, np.uint8).tobytes()


def packed(numbers: Array) -> bytes:
    """The same, packed by gzip: without a time, so that the same numbers give the same file."""
    return gzip.compress(written(numbers), 9, mtime=0)


def content_fault(part: Part, content: bytes) -> str:
    """How the content of a file differs from what was published; "" if it does not."""
    if len(content) != part.size:
        return f"{len(content):,} bytes instead of {part.size:,}"
    return "" if hashlib.sha256(content).hexdigest() == part.sha256 else "a content that is not the published one (by its SHA-256)"


def fitting(of: DataSet, images: Array, labels: Array, files: tuple[str, str], usage: str) -> None:
    """Do images and labels belong together?

    Raises:
        InputError: there are not as many of the one as of the other, or a label is no class.
    """
    if len(images) != len(labels):
        found = f"{len(labels):,} labels for the {len(images):,} images of {files[0]}"
        raise InputError(Problem(files[1], "", found, "a label for each image", usage))
    if len(labels) and labels.max() >= of.classes:
        place = int(np.argmax(labels >= of.classes))
        found = f"the label {labels[place]} of image {place}"
        raise InputError(Problem(files[1], "", found, f"labels from 0 to {of.classes - 1}", usage))


def load(of: DataSet, folder: Path, usage: str, *, ending: str = "", whole: bool = True) -> Images:
    """The four files of a folder; with `whole`, they must be those that were published, byte by byte.

    Raises:
        InputError: all that is wrong with any of them.
    """
    attempts, found = Attempts(), dict[str, Array]()
    for part in of.parts:
        path = folder / f"{part.file}{ending}"
        with attempts.one():
            content = unpacked(content_of(path, str(path), "a file of the data set", part.most, usage), str(path), part.size, usage)
            shape = (of.height, of.width) if "images" in part.file else ()
            numbers = read(content, str(path), shape, usage)
            if whole and (fault := content_fault(part, content)):
                raise InputError(Problem(str(path), "", fault, "the file as published", usage))
            found[part.file] = numbers
    attempts.settle()
    pairs = ((of.train_images, of.train_labels), (of.test_images, of.test_labels))
    for images, labels in pairs:
        names = (f"{images.file}{ending}", str(folder / f"{labels.file}{ending}"))
        fitting(of, found[images.file], found[labels.file], names, usage)
    return Images(*(found[part.file] for part in of.parts))
