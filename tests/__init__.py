"""The tests, in folders after the rooms of the package; what several of them use is beside these folders."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
