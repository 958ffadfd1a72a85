"""An input for one line of text."""

from textual.events import Paste
from textual.widgets import Input

from csmdesk.text import clean_text


class LineInput(Input):
    """Pasted text is data: cleaned, on one line, and it never acts."""

    def _on_paste(self, event: Paste) -> None:
        # The handler of the base class runs after this one, with the cleaned text.
        event.text = clean_text(event.text, one_line=True)
