"""Everything that depends on a language: sentences, number formats, terms, and the state of translations."""
