"""Derivations as pages: formulas, figures, blocks, Markdown and JSON."""
