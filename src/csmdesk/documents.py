"""Documents for machines: how they are written, and putting one in a file of the user's."""

import json
import re
from pathlib import Path
from typing import Final

from csmdesk.errors import InputError
from csmdesk.paths import reason, write_private

_INVISIBLE: Final = re.compile(
    "[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def document_bytes(value: object) -> bytes:
    """Return a JSON document, readable and with every sign that drives a terminal escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return (_INVISIBLE.sub(_escaped, text) + "\n").encode("utf-8")


def put_file(path: Path, content: bytes, *, replace: bool = False, otherwise: str) -> None:
    """Put a document in a file that only the user can read.

    Args:
        path: which file.
        content: the document.
        replace: whether a file that is there is replaced.
        otherwise: what to do if it is there and is not to be.

    Raises:
        InputError: the file is there already and was not to be replaced, or cannot be written.
    """
    if path.exists() and not replace:
        raise InputError(f"{path} is there already.", otherwise)
    try:
        write_private(path, content)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {reason(error)}.") from error


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
