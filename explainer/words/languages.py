"""The languages of the site, and what is particular to each. The first one is the source of all others."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is the BCP 47 tag and the folder of its prose; `locale` the CLDR one; `times` the sign between numbers in TeX.

    A language that is `made_from` another, by its code, has no prose of its own but what overrides it, section by section.
    """

    code: str
    endonym: str
    locale: str
    times: str = r"\times"
    unspaced: bool = False  # words stand without spaces, and the search index must find them
    comma: str = ", "  # between the items of a list
    semicolon: str = "; "
    made_from: str = ""

    @property
    def path(self) -> str:
        """Where its pages stand under the site's root."""
        return "" if self == SOURCE else f"{self.code}/"


LANGUAGES: tuple[Language, ...] = (
    Language("en", "English", "en"),
    Language("nb", "Norsk bokmål", "nb", times=r"\cdot"),
    Language("fi", "Suomi", "fi", times=r"\cdot"),
    Language("pt-BR", "Português (Brasil)", "pt_BR"),
    Language("ru", "Русский", "ru", times=r"\cdot"),
    Language("zh-Hans", "简体中文", "zh_Hans", unspaced=True, comma="、", semicolon="；"),
    Language("zh-Hant", "繁體中文", "zh_Hant", unspaced=True, comma="、", semicolon="；", made_from="zh-Hans"),
)
SOURCE = LANGUAGES[0]
BY_CODE = {language.code: language for language in LANGUAGES}


def lacks(language: Language, given: Container[str]) -> bool:
    """Is something not given in a language that all others have which are written by hand? Codes are what it is given in."""
    others = [other.code for other in LANGUAGES if other != language and not other.made_from]
    return language.code not in given and all(code in given for code in others)
