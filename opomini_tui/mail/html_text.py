"""The text of a message in HTML: paragraphs, line breaks and addresses that can be clicked, and nothing else."""

from __future__ import annotations

import html
import re

# Mail programs know styles of single elements only; no pictures, scripts or sources, so nothing is fetched or blocked.
_PAGE = (
    "font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; "
    "font-size: 15px; line-height: 1.5; max-width: 42em; margin: 0; padding: 12px;"
)
_PARAGRAPH = "margin: 0 0 1em 0;"
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def html_of(text: str, language: str) -> str:
    """`text` (lines ended by \\n, an empty line between paragraphs) as an HTML page in `language` ("" or a wrong one is
    left out); every sign of the text stands for itself. Colours are left to the reader's program, dark or light."""
    named = f' lang="{language}"' if _LANGUAGE.fullmatch(language) else ""
    paragraphs = [part.strip("\n") for part in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip("\n"))]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f"<html{named}>",
            '<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>',
            f'<body style="{_PAGE}">',
            *(f'<p style="{_PARAGRAPH}">{_lines(part)}</p>' for part in paragraphs),
            "</body>",
            "</html>",
        ]
    )


def _lines(paragraph: str) -> str:
    """One paragraph: its lines broken where they were, spaces at their beginnings kept."""
    return "<br>\n".join(_indented(line) for line in paragraph.split("\n"))


def _indented(line: str) -> str:
    bare = line.lstrip(" ")
    return "&nbsp;" * (len(line) - len(bare)) + _linked(bare)


def _linked(line: str) -> str:
    """The line escaped, its web and e-mail addresses as links."""
    parts, at = [], 0
    for found in _ADDRESS.finditer(line):
        shown = html.escape(found[0])
        target = shown if "://" in found[0] else f"mailto:{shown}"
        parts += [html.escape(line[at : found.start()]), f'<a href="{target}">{shown}</a>']
        at = found.end()
    return "".join([*parts, html.escape(line[at:])])
