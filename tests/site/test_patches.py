"""What reaches into other people's libraries is written for certain versions of them, and these are the ones that are here."""

from __future__ import annotations

from importlib import metadata

import jinja2
import pytest

from explainer.site.patches import WRITTEN_FOR, compile_once


@pytest.mark.parametrize("name", WRITTEN_FOR)
def test_a_library_that_is_patched_is_of_the_version_that_the_patch_knows(name: str) -> None:
    known, here = WRITTEN_FOR[name], metadata.version(name)
    assert f"{here}.".startswith(f"{known}."), (
        f"explainer/site/patches.py was written for {name} {known}, and {here} is installed: read what it changes of {name} "
        "beside its new source, mend it, and put the new version into WRITTEN_FOR"
    )


def test_a_template_is_compiled_once_for_all_environments_that_read_it_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_once()
    compile_once()  # as each language does
    generate, generated = jinja2.Environment._generate, list[str]()
    monkeypatch.setattr(
        jinja2.Environment, "_generate", lambda *all, **others: generated.append(all[2]) or generate(*all, **others)
    )
    texts = {"one": "{{ a }} [[ a ]]", "two": "{{ a }}"}

    def rendered(name: str, **settings: str) -> str:
        environment = jinja2.Environment(loader=jinja2.DictLoader(texts), **settings)  # type: ignore[arg-type]
        return environment.get_template(name).render(a=len(generated))

    others = {"variable_start_string": "[[", "variable_end_string": "]]"}
    assert [rendered("one"), rendered("one"), rendered("two")] == ["1 [[ a ]]", "1 [[ a ]]", "2"]
    assert rendered("one", **others) == "{{ a }} 3"
    texts["two"] = "new {{ a }}"
    assert rendered("two") == "new 4"
    assert generated == ["one", "two", "one", "two"]
