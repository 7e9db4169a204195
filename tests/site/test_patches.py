"""What reaches into other people's libraries is written for certain versions of them, and these are the ones that are here."""

from __future__ import annotations

from importlib import metadata

import pytest

from explainer.site.patches import WRITTEN_FOR


@pytest.mark.parametrize("name", WRITTEN_FOR)
def test_a_library_that_is_patched_is_of_the_version_that_the_patch_knows(name: str) -> None:
    known, here = WRITTEN_FOR[name], metadata.version(name)
    assert f"{here}.".startswith(f"{known}."), (
        f"explainer/site/patches.py was written for {name} {known}, and {here} is installed: read what it changes of {name} "
        "beside its new source, mend it, and put the new version into WRITTEN_FOR"
    )
