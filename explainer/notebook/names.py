"""Quantities' names as Python identifiers: dL/dw_1 → dL_dw_1, h_1@2 → h_1_s2, w_1#1 → w_1_new."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

from explainer.core.names import after, parse
from explainer.operations.vocabulary import NOTATION

# What the cells themselves are written with.
OWN = frozenset({"np", "math", "Context", "Decimal", "DIGITS", "ROUND_HALF_UP", "Random", "show", "written"}) | NOTATION.keys()
# Python's own, written down: which there are differs between versions, and a notebook should not.
BUILTINS = frozenset({
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BaseExceptionGroup", "BlockingIOError",
    "BrokenPipeError", "BufferError", "BytesWarning", "ChildProcessError", "ConnectionAbortedError", "ConnectionError",
    "ConnectionRefusedError", "ConnectionResetError", "DeprecationWarning", "EOFError", "Ellipsis", "EncodingWarning",
    "EnvironmentError", "Exception", "ExceptionGroup", "False", "FileExistsError", "FileNotFoundError", "FloatingPointError",
    "FutureWarning", "GeneratorExit", "IOError", "ImportError", "ImportWarning", "IndentationError", "IndexError",
    "InterruptedError", "IsADirectoryError", "KeyError", "KeyboardInterrupt", "LookupError", "MemoryError",
    "ModuleNotFoundError", "NameError", "None", "NotADirectoryError", "NotImplemented", "NotImplementedError", "OSError",
    "OverflowError", "PendingDeprecationWarning", "PermissionError", "ProcessLookupError", "PythonFinalizationError",
    "RecursionError", "ReferenceError", "ResourceWarning", "RuntimeError", "RuntimeWarning", "StopAsyncIteration",
    "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError", "SystemExit", "TabError", "TimeoutError", "True",
    "TypeError", "UnboundLocalError", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError",
    "UnicodeWarning", "UserWarning", "ValueError", "Warning", "WindowsError", "ZeroDivisionError", "abs", "aiter", "all",
    "anext", "any", "ascii", "bin", "bool", "breakpoint", "bytearray", "bytes", "callable", "chr", "classmethod", "compile",
    "complex", "copyright", "credits", "delattr", "dict", "dir", "display", "divmod", "enumerate", "eval", "exec", "exit",
    "filter", "float", "format", "frozenset", "get_ipython", "getattr", "globals", "hasattr", "hash", "help", "hex", "id",
    "input", "int", "isinstance", "issubclass", "iter", "len", "license", "list", "locals", "map", "max", "memoryview", "min",
    "next", "object", "oct", "open", "ord", "pow", "print", "property", "quit", "range", "repr", "reversed", "round", "set",
    "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super", "tuple", "type", "vars", "zip", "In", "Out",
})  # fmt: skip
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = OWN | BUILTINS | frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)


def plain(name: str, steps: int) -> str:
    """The identifier of a quantity, if nothing else has it. `steps` is how many updates the example makes."""
    parts = parse(name)
    new = "" if not parts.step else "_new" if steps == 1 else f"_new_{parts.step}"
    if parts.of is None or parts.by is None:
        return parts.base + (f"_s{parts.sample}" if parts.sample else "") + new
    path = f"_{parts.path}" if parts.path else ""
    return f"d{plain(after(str(parts.of), 0), steps)}_d{plain(after(str(parts.by), 0), steps)}{path}{new}"


def identifiers(names: Iterable[str], steps: int) -> Mapping[str, str]:
    """An identifier of its own for each quantity. Authors' names come first and stay as they are, wherever they can."""
    found: dict[str, str] = {}
    taken = set(RESERVED)
    for name in sorted(names, key=lambda name: not parse(name).is_bare):
        text = plain(name, steps)
        while text in taken:
            text += "_"
        if not IDENTIFIER.fullmatch(text):  # this is all that gets from an author into code
            raise ValueError(name)
        taken.add(text)
        found[name] = text
    return found
