"""The least that a Textual application can be: what every start is compared with."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static("hello world")


if __name__ == "__main__":
    Bare().run()
