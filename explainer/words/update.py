"""Bring the catalogues up to date with the English sentences: `python -m explainer.words.update`.

New sentences are added empty, changed ones are marked fuzzy with the old text kept, and those that are gone are dropped.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from explainer.core.disk import write
from explainer.words.catalogue import path_of
from explainer.words.languages import LANGUAGES, SOURCE, Language
from explainer.words.sentences import SENTENCES, Forms


def updated(language: Language, text: bytes) -> bytes:
    """The PO file of a language, brought up to date."""
    old = {message.context: message for message in read_po(io.BytesIO(text), locale=language.locale) if message.context}
    header = f"# The program's sentences in {language.endonym}."
    catalogue = Catalog(locale=language.locale, project="explainer", version="", fuzzy=False, header_comment=header)
    for key, source in SENTENCES.items():
        before = old.get(key)
        if before is None and language.made_from:
            continue  # it is made from the other language's
        changed = before is not None and (before.id if isinstance(before.id, str) else tuple(before.id)) != source
        flags = {"fuzzy"} if before is not None and (changed or before.fuzzy) else set()
        catalogue.add(source, _forms(source, before.string if before is not None else None), context=key, flags=flags)
    out = io.BytesIO()
    write_po(out, catalogue, width=120, omit_header=False)
    lines = out.getvalue().decode().splitlines()
    # what would change with every run, or name nobody
    volatile = (
        '"Project-Id-Version',
        '"Language-Team',
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Report-Msgid-Bugs-To',
        '"Generated-By',
    )
    return ("\n".join(line for line in lines if not line.startswith(volatile)) + "\n").encode()


def _forms(source: Forms, translation: str | tuple[str, ...] | list[str] | None) -> str | tuple[str, ...] | None:
    """A translation with as many forms as its source asks for: what was there, as far as it goes."""
    if isinstance(source, str):
        return translation if isinstance(translation, str | None) else translation[0]
    return (translation,) if isinstance(translation, str) else tuple(translation or ())


def main() -> None:
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        path: Path = path_of(language)
        if language.made_from and not path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, updated(language, path.read_bytes() if path.exists() else b""))
        print(path)


if __name__ == "__main__":
    main()
