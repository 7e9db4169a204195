"""How a process ends: by a signal, which it neither ignores nor outlives, or with the process that started it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
PATIENCE = 1.0  # seconds that a process which ends waits for each of its workers, which are killed
_PR_SET_PDEATHSIG = 1
_undo: list[Callable[[], object]] = []  # how to undo what is under way


@contextmanager
def undone(undo: Callable[[], object]) -> Iterator[None]:
    """What is begun in this block is undone if a signal ends the process before the block does."""
    _undo.append(undo)
    try:
        yield
    finally:
        _undo.remove(undo)


def take_signals() -> None:
    """End by the signals that ask for it, in one line and with their own status, however this process was started.

    A shell has what it starts in the background ignore SIGINT; that is put right. SIGHUP stays ignored where it is, for nohup
    asks for just that. Nothing is raised, for what is raised in the midst of anything may be caught there.
    """
    owner = os.getpid()

    def end(number: int, _: FrameType | None) -> None:
        for other in ENDING:
            signal.signal(other, signal.SIG_DFL)  # a second one is not kept waiting
        if os.getpid() == owner:  # and not a process that was forked and has its signals from here
            with suppress(OSError):
                os.write(2, f"{_start_of_line()}explainer: ended by {signal.Signals(number).name}\n".encode())
            for undo in reversed(_undo):
                with suppress(Exception):
                    undo()
        os.kill(os.getpid(), number)

    for number in ENDING:
        if number == getattr(signal, "SIGHUP", None) and signal.getsignal(number) is signal.SIG_IGN:
            continue
        signal.signal(number, end)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _start_of_line() -> str:
    return "\r\x1b[K" if os.isatty(2) else ""


# --- with the parent


def die_with_parent() -> None:
    """For a worker, as it starts: it ends when the process that started it does, whatever ends that one.

    The signals of a terminal, which reach a whole group, are for the parent to act on.
    """
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        _end_after(parent.join, KILL)


def die_with_input() -> None:
    """For a command that another process has started: it ends when its standard input does, which that process holds open."""

    def until_it_ends() -> None:
        while os.read(0, 1):  # not through sys.stdin, whose lock would be held while Python shuts down
            pass

    _end_after(until_it_ends, signal.SIGTERM)


def _end_after(wait: Callable[[], object], number: int) -> None:
    """Have this process sent a signal when the wait is over; and at once, on Linux, when its parent ends."""
    _ask_for_signal(number)

    def watch() -> None:
        wait()
        os.kill(os.getpid(), number)

    threading.Thread(target=watch, daemon=True).start()


def _ask_for_signal(number: int) -> None:
    """Linux tells a process that its parent has died, even one that is busy in a library and runs no other thread."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, *(ctypes.c_ulong(argument) for argument in (number, 0, 0, 0)))


def children() -> frozenset[int | None]:
    """The processes that this one has started as workers, by their numbers."""
    return frozenset(process.pid for process in multiprocessing.active_children())


def kill_children(but: Collection[int | None] = ()) -> None:
    """Kill workers rather than wait for them."""
    started = [process for process in multiprocessing.active_children() if process.pid not in but]
    for process in started:
        process.kill()
    for process in started:
        process.join(PATIENCE)
