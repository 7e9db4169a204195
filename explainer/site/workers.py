"""Who does the work: pure tasks, given to an executor of Python's. Here, to processes of this machine, or to Dask."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, TypeVar

from explainer.core.endings import children, die_with_parent, kill_children, undone
from explainer.core.errors import InputError, Problem

T = TypeVar("T")
ATTEMPTS = 3  # with a new executor each, where workers have died of something that is not the task's fault
DASK = "dask:"
_CONNECTING = 10  # seconds


class _Here(Executor):
    """Does each task at once, in this process."""

    def submit(self, task: Callable[..., T], /, *arguments: Any, **options: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(task(*arguments, **options))
        except Exception as error:
            future.set_exception(error)
        return future


class Workers:
    """An executor that is started when there is something to do, and again if its workers die."""

    def __init__(self, start: Callable[[], Executor] = _Here, kill: Callable[[], None] = lambda: None) -> None:
        self._start, self._kill = start, kill
        self._executor: Executor | None = None

    def run(self, task: Callable[..., T], arguments: Sequence[tuple[Any, ...]]) -> Generator[tuple[int, T], None, None]:
        """Each task's index and result, as they are done. A task may be begun twice, so it must not mind.

        If one fails, or a signal ends this process, nobody works on: before anything is cleared away, the workers are killed.
        So they are if whoever takes the results fails: `closing` sees to it that this is known at once.

        Raises:
            ChildProcessError: workers have died again and again.
            Whatever a task raises.
        """
        with undone(self._kill):
            try:
                yield from self._run(task, arguments)
            except BaseException:
                self._kill()
                raise

    def _run(self, task: Callable[..., T], arguments: Sequence[tuple[Any, ...]]) -> Generator[tuple[int, T], None, None]:
        left = dict(enumerate(arguments))
        for _ in range(ATTEMPTS):
            self._executor = self._executor or self._start()
            try:
                futures = {self._executor.submit(task, *item): index for index, item in left.items()}
                for future in as_completed(futures):
                    index = futures.pop(future)  # so that its result is not kept
                    result = future.result()
                    del left[index], future
                    yield index, result
            except BrokenExecutor:
                self.close()
            else:
                return
        raise ChildProcessError("worker processes were killed, again and again; is there enough memory?")

    def close(self) -> None:
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True)


HERE = Workers()


@contextmanager
def local(count: int = 0) -> Iterator[Workers]:
    """Processes of this machine: as many as it has processors, unless that is said. Whatever happens, none is left."""
    count = count or os.cpu_count() or 1
    # forked where that can be: what this process has loaded, all have
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
    others = children()
    at_work = HERE
    if count > 1:
        at_work = Workers(lambda: ProcessPoolExecutor(count, context, die_with_parent), lambda: kill_children(others))
    try:
        yield at_work
    except BaseException:
        kill_children(others)  # rather than wait for them
        raise
    finally:
        at_work.close()


@contextmanager
def named(name: str) -> Iterator[Workers]:
    """The workers that a command asks for: "" for those of this machine, or `dask:` with a scheduler's address.

    Raises:
        InputError: there is no such engine, or nobody answers there.
    """
    if not name:
        with local() as at_work:
            yield at_work
        return
    address = name.removeprefix(DASK)
    if address == name or not address:
        raise InputError(
            Problem("--executor", "", repr(name), "dask: and a scheduler's address", "--executor dask:tcp://127.0.0.1:8786")
        )
    try:
        from distributed import Client
    except ImportError:
        raise InputError(Problem("--executor", "", "no Dask here", "Dask's distributed", 'pip install "explainer[dask]"')) from None
    try:
        client = Client(address, timeout=_CONNECTING)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        expected = "the address of a scheduler that is running"
        raise InputError(Problem("--executor", "", f"{address}: {error}", expected, "dask scheduler --host 127.0.0.1")) from None
    with client:
        at_work = Workers(lambda: client.get_executor(pure=False))  # type: ignore[no-untyped-call]
        try:
            yield at_work
        finally:
            at_work.close()
