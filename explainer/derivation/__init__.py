"""A proven program as a reader meets it, without any language."""
