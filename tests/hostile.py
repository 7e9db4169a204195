"""Texts that would be more than text if anything took them for it: kinds of payload, each in several surroundings."""

from __future__ import annotations

RUN = "window.ran=true"  # what a payload tries to do in a browser

# What harmless people write, and what must stand as it is.
PLAIN = (
    "a < b", "Q&A", "C#", "$5", "50 %", "f*g", "snake_case", "{{x}}", "Backprop 101", "net-2", "“quoted”", 'the "best" net',
    "it’s", "x > y & y < z", "&lt;b&gt;", "100% of 3", "1. First", "- dash", "C:\\path", "a | b", "~tilde~", "^caret^",
    "[link](x)",
    "`code`", "**bold**", "__init__", "#hash", "::: ledger mazur", "$x^2$", "¿qué?", "梯度下降", "градиент", "a--b", "''", "x;y",
    "# ",
    "e = mc2 (1905)", "<3", "a<5", "&amp;", "{#top}", "{: .x}", "!!! note",
)  # fmt: skip
_SHAPES = (
    f"<script>{RUN}</script>", f"<svg onload={RUN}>", f"<img src=x onerror={RUN}>", f"<svg><script>{RUN}</script></svg>",
    f"<body onload={RUN}>", f"<details open ontoggle={RUN}>", f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>", f"<iframe src=javascript:parent.{RUN}>",
    f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>", "<base href=https://example.org/>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    f"<a href=javascript:{RUN}>x</a>", f"[x](javascript:{RUN})", f"![x](x){{onerror={RUN}}}", f"<javascript:{RUN}>",
    f"[x]: javascript:{RUN}",
    f"</title><script>{RUN}</script>", f"</h1><script>{RUN}</script>", f"--><script>{RUN}</script>",
    f"<!--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>", f"</textarea><script>{RUN}</script>", f"</style><script>{RUN}</script>",
    f"</noscript><script>{RUN}</script>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&#60;img src=x onerror={RUN}&#62;", f"<math><mtext></p><img src=x onerror={RUN}>",
    f"$\\href{{javascript:{RUN}}}{{x}}$", "$\\input{/etc/passwd}$", "\\input{/etc/passwd}", "\\write18{id}",
    "\\end{document}", "}}\\def\\x{",
    "{{h_1}}", "{{text 1}}", "{{literal 1 because x}}", "{% raw %}", "{{ config }}", "::: ledger mazur", "```", "~~~", "---",
    "$$", "# x {#y}",
    f"{{: onclick={RUN} }}", "| a | b |", "%(x)s {0} {title}", "\"; import os; raise SystemExit(\"", "'''",
    "# -*- coding: utf-7 -*-", "!ls",
    "%run x", "null", "- x: y", "key: [1", "@import url(//example.org)", "${x}",
)  # fmt: skip
_AROUND = ("{}", "x {} y", '"{}', "'{}", '">{}', "'>{}")
HOSTILE = tuple(around.replace("{}", shape) for shape in _SHAPES for around in _AROUND)

# What is no line of text: refused at the key where it stands.
UNFIT = (
    "", "   ", "two\nlines", "two\rlines", "a\ttab", "a\x00b", "\x1b]0;title\x07", "\x1b[2J", "bell\x07", "a\x7fb",
    "a\x9b2Jb", "a\x85b",
    "\u202egnirts", "a\u2066b", "a\u2028b", "a\u2029b", "\ufffe", "x" * 201,
)  # fmt: skip

# Beginnings without an end, to be repeated as often as a file may be long: each may send a careless pattern back and forth.
ENDLESS = (
    "x", "<", "<a ", "</", "<!--", "{{", "{", "{:", "](", "![x](", "$", "$$", "`", "` `` ", "```", "[x]: ", "# ", "#", "  ", "\\",
    "&#",
    "<a b='", "0", "https://", "。", "一", "第一行", "行", "\ue000", "{x}", "{{literal 1 because ", "a.", "[", "=.", "(", "**", "-",
)  # fmt: skip
# Names that are none, or are taken; with those that Windows keeps for devices, and those that differ only in capitals.
NAMES = (
    "", "Alice", "ALICE", "a b", "a.b", "1st", "-a", "_a", "é", "алиса", "a\u0301", "a\x1bb", "..", "a/b", "x" * 61, "404",
    "ru", "nb", "fi", "pt-br", "zh-hans", "zh-hant", "assets", "search", "notebooks", "downloads", "derivations", "index", "proof",
    "con", "nul", "aux", "prn", "com1", "lpt9",
)  # fmt: skip
