"""A derivation in words and signs: TeX and MathML, Markdown, SVG, JSON."""
