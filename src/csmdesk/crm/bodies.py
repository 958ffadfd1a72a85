"""Turning the HTML of a body into text a person can read, and text into harmless HTML.

Nothing is fetched, nothing is run: scripts and styles go, a link becomes its words and its host,
an image its description. Markup that is too deep or too large to be walked safely is stripped by
a plain scan instead. The result is cleaned like any outside text: an entity can hide an escape
character.
"""

import html
import re
from typing import Any, Final
from urllib.parse import urlsplit

from csmdesk.text import clean_text

INPUT_LIMIT: Final = 256 * 1024
_DEEPEST: Final = 200
_FEW_TAGS: Final = 200

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
_PARAGRAPHS: Final = frozenset(
    ["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"]
)
_DROPPED: Final = frozenset(
    ["script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg"]
)
_VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_ANY_TAG: Final = re.compile(r"<[^<>]*>")
_SPACES: Final = re.compile(r"[ \t\r\n\f\xa0]+")
_BREAKS: Final = re.compile("[ \t]*[\n\x1d\x1e][ \t\n\x1d\x1e]*")
_BLOCK_EDGE: Final = "\x1d"
_PARAGRAPH_EDGE: Final = "\x1e"


def text_of(body: str) -> str:
    """Return the text of an HTML body, cleaned; blank lines between paragraphs."""
    body = body[:INPUT_LIMIT]
    if "<" not in body:
        plain = html.unescape(body) if "&" in body else body
        return clean_text(plain).strip()
    if body.count("<") > _FEW_TAGS and _depth(body) > _DEEPEST:
        text = _stripped(body)
    else:
        text = _walked(body)
    return clean_text(text).strip()


def html_of(text: str) -> str:
    """Return text as HTML that shows exactly it: escaped, line ends as `<br>`."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def split_marker(text: str, marker: str) -> tuple[str, str | None]:
    """Return a text without its last line if that is a marker, and what the marker says.

    Args:
        text: a body as text.
        marker: what such a line begins with.
    """
    if marker not in text:
        return text, None
    before, _, last = text.rstrip().rpartition("\n")
    last = last.strip()
    if not last.startswith(marker):
        return text, None
    key = last.removeprefix(marker).strip()
    if not key or " " in key:
        return text, None
    return before.rstrip(), key


def _depth(body: str) -> int:
    depth = deepest = 0
    for closing, name in _TAG.findall(body):
        if name.lower() in _VOID:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _stripped(body: str) -> str:
    kept: list[str] = []
    position = 0
    inside = ""
    for tag in _ANY_TAG.finditer(body):
        if not inside:
            kept.append(body[position : tag.start()])
        position = tag.end()
        name = tag.group().strip("<> ").split(" ", 1)[0].lower()
        if inside:
            inside = "" if name == f"/{inside}" else inside
        elif name in _DROPPED:
            inside = name
    if not inside:
        kept.append(body[position:])
    return _SPACES.sub(" ", html.unescape(" ".join(kept)))


def _walked(body: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    root: Any = LexborHTMLParser(body).body
    if root is None:
        return ""
    parts: list[str] = []
    node = root.child
    verbatim = 0
    while node is not None:
        tag = node.tag
        goes_in = False
        if tag == "-text":
            words = node.text(deep=False)
            parts.append(words if verbatim else _SPACES.sub(" ", words))
        elif tag == "br":
            parts.append("\n")
        elif tag == "img":
            alt = (node.attributes.get("alt") or "").strip()
            parts.append(f"[image: {alt}]" if alt else "")
        elif isinstance(tag, str) and tag not in _DROPPED and not tag.startswith(("-", "_", "!")):
            verbatim += tag == "pre"
            parts.append(_opening(tag))
            goes_in = node.child is not None
            if not goes_in:
                parts.append(_closing(tag, node))
                verbatim -= tag == "pre"
        if goes_in:
            node = node.child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.tag == "body":
                node = None
                break
            parts.append(_closing(node.tag, node))
            verbatim -= node.tag == "pre"
        node = node.next if node is not None else None
    return _BREAKS.sub(_line_ends, "".join(parts))


def _line_ends(match: re.Match[str]) -> str:
    found = match.group()
    least = 2 if _PARAGRAPH_EDGE in found else 1
    return "\n" * min(max(found.count("\n"), least), 2)


def _opening(tag: str) -> str:
    if tag == "li":
        return f"{_BLOCK_EDGE}- "
    if tag in _PARAGRAPHS:
        return _PARAGRAPH_EDGE
    return _BLOCK_EDGE if tag in _BLOCKS else ""


def _closing(tag: str, node: Any) -> str:
    if tag == "a":
        host = _host(node.attributes.get("href") or "")
        return f" ‹{host}›" if host else ""
    if tag in _PARAGRAPHS:
        return _PARAGRAPH_EDGE
    if tag in _BLOCKS:
        return _BLOCK_EDGE
    return " " if tag in ("td", "th") else ""


def _host(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in ("http", "https") else ""
