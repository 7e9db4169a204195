"""The languages of the site, and what is particular to each. The first one is the source of all others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is the BCP 47 tag and the folder of its prose; `locale` the CLDR one; `times` the sign between numbers in TeX."""

    code: str
    endonym: str
    locale: str
    times: str = r"\times"
    search: tuple[str, ...] = ()  # stemmers of the search index
    separator: str = r"[\s\-.,;:!?…«»“”\"'()]+"  # what parts words in the search index

    @property
    def path(self) -> str:
        """Where its pages stand under the site's root."""
        return "" if self is SOURCE else f"{self.code}/"


LANGUAGES: tuple[Language, ...] = (
    Language("en", "English", "en", search=("en",)),
    Language("ru", "Русский", "ru", times=r"\cdot", search=("ru", "en")),
    Language(
        "zh-Hans",
        "简体中文",
        "zh_Hans",
        search=("zh", "en"),
        separator=r"[\s\u200b\u3000\-、。，．？！；：（）《》“”]+",
    ),
)
SOURCE = LANGUAGES[0]
BY_CODE = {language.code: language for language in LANGUAGES}
