"""LaTeX in titles, abstracts and names as readable Unicode.

Only the pieces that are LaTeX go through pylatexenc: it takes milliseconds for an abstract, and would read a plain
`%`, `~` or `--` as markup.
"""

import re
from functools import lru_cache
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexWalkerError

_ARG = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}"
_ESCAPED = re.compile(r"\\\\(?:[A-Za-z\"'`^~=]|\\[\"'])|\\\"(?=[\s,.;:)])")
_SINGLE = re.compile(r"(?<!\\)\\[A-Za-z]{2,}")
_ESCAPE = re.compile(r"\\(\\|\"|'|n(?=\s))")
_LINE_END = re.compile(r"\\n(?=\s)")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[^{}]{0,40}\}")
_SPAN = re.compile(
    rf"""
      (?P<display>\$\$(?:[^$\\]|\\.){{1,1000}}+\$\$)
    | (?P<math>\$(?!\s)(?:[^$\\]|\\.){{1,500}}(?<!\s)\$(?!\d))
    | (?P<loose>\$(?=[^$]{{0,500}}[\\^_])(?:[^$\\]|\\.){{1,500}}+\$)
    | (?P<inline>\\\((?:[^\\]|\\[^)]){{1,500}}+\\\)|\\\[(?:[^\\]|\\[^\]]){{1,500}}+\\\])
    | (?P<text>
          \\["'`^~=.](?:{_ARG}|\\[ij](?![A-Za-z])\ ?|[^\W\d_])
        | \\[cvHudbkrt](?![A-Za-z])\ *(?:{_ARG}|[A-Za-z])
        | \\(?:ae|AE|oe|OE|aa|AA|ss|o|O|l|L|i|j)(?![A-Za-z])(?:\{{\}}|\ )?
        | \\[A-Za-z]+\*?(?:\[[^\[\]]{{0,200}}\])?(?:\ ?{_ARG})*
        | \{{[^{{}}\\]*+\\(?:[^{{}}]|{_ARG})*+\}}
      )
    | (?P<symbol>\\[^A-Za-z])
    """,
    re.VERBOSE | re.DOTALL,
)
_SCRIPT = re.compile(r"([\^_])\s*(?:\{([^{}]*)\}|(\d))")
_SUPERSCRIPT = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_MARKS = {0xE000: "^", 0xE001: "_", ord("{"): None, ord("}"): None, ord("~"): " "}
"""A script that has been seen is marked, so that it is not seen again."""

_SYMBOLS = {char: char for char in "%$&#_{}"} | {"-": "", "/": "", "!": ""}


def latex_to_unicode(text: str) -> str:
    """The text with its LaTeX made readable; what cannot be understood is left or dropped, never an error."""
    text = _ENVIRONMENT.sub(" ", _unescape(text))
    return _SPAN.sub(_convert_span, text)


def _unescape(text: str) -> str:
    """Undo a string literal's escapes: arXiv's own services have been seen to write `Jo\\\\\\"el` for `Jo\\"el`."""
    if _ESCAPED.search(text) and not _SINGLE.search(text):
        return _ESCAPE.sub(lambda match: " " if match[1] == "n" else match[1], text)
    return _LINE_END.sub(" ", text)


def _convert_span(match: re.Match[str]) -> str:
    span = match[0]
    kind = match.lastgroup
    if kind == "symbol":
        return _SYMBOLS.get(span[1], " ")
    if kind == "text":
        return _to_text(span) if len(span) <= 2000 else span
    return _math(span[2:-2] if kind in {"display", "inline"} else span[1:-1])


@lru_cache(maxsize=4096)
def _math(source: str) -> str:
    previous = ""
    while previous != source:  # innermost scripts first
        previous, source = source, _SCRIPT.sub(_script, source)
    # pylatexenc swallows the space between two macros
    source = re.sub(r"\s+(?=\\)", "~", source)
    return (_to_text(f"${source}$") if "\\" in source else source).translate(_MARKS)


def _script(match: re.Match[str]) -> str:
    mark, body = match[1], (match[2] if match[3] is None else match[3]).strip()
    table, plain = (_SUPERSCRIPT, r"[0-9+\-n]+") if mark == "^" else (_SUBSCRIPT, r"[0-9+\-]+")
    if re.fullmatch(plain, body):
        return body.translate(table)
    done = "\ue000" if mark == "^" else "\ue001"
    if len(body) > 1 and not re.fullmatch(r"\\[A-Za-z]+|\(.*\)|\*+", body, re.DOTALL):
        body = f"({body})"
    return f"{done}{body} " if body.startswith("\\") else f"{done}{body}"


_SHOWN = {"url": "%s", "textasciicircum": "^", "textasciitilde": "~", "textbraceleft": "{", "textbraceright": "}"}


@lru_cache(maxsize=1)
def _converter() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    dropped = (
        "cite",
        "citep",
        "citet",
        "citealp",
        "ref",
        "eqref",
        "cref",
        "Cref",
        "label",
        "footnote",
        "input",
        "include",
    )
    context.add_context_category(
        "paperboy",
        prepend=True,
        macros=[MacroTextSpec(name, text) for name, text in (dict.fromkeys(dropped, "") | _SHOWN).items()],
    )
    context.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_unknown_macro))
    return LatexNodes2Text(math_mode="text", keep_comments=True, latex_context=context)


def _unknown_macro(node: Any, l2tobj: Any) -> str:
    """Authors' own macros: `\\R` and the like are read as their letter, a longer name says nothing; arguments stay."""
    arguments = node.nodeargd.argnlist if node.nodeargd is not None else ()
    said = "".join(l2tobj.nodelist_to_text([argument]) for argument in arguments if argument is not None)
    return said or (node.macroname if len(node.macroname) == 1 else "")


@lru_cache(maxsize=8192)
def _to_text(source: str) -> str:
    try:
        text: str = _converter().latex_to_text(source)
    except (LatexWalkerError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # pylatexenc promises tolerance, but malformed arguments still make it stumble
        return re.sub(r"\\[A-Za-z]+|[\\{}$]", "", source)
    return text
