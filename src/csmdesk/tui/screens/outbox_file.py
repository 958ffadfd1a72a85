"""Writing what waits for the CRM to a file, from the screen that lists it."""

from pathlib import Path
from typing import TYPE_CHECKING

from csmdesk.tui import format as fmt
from csmdesk.tui.ink import Piece, line
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.widgets.ask_bar import Preview

if TYPE_CHECKING:
    from csmdesk.usecases.outbox_file import Written


class Exports(Frame):
    """A screen with `E`."""

    def waiting(self) -> int:
        """Return how many items are not settled."""
        raise NotImplementedError

    def do_export(self) -> None:
        """Ask for a file that is not there yet, and write what waits to it."""
        from csmdesk.usecases import outbox_file

        if not self.waiting():
            self.complain("Nothing waits for the CRM, so there is nothing to write.")
            return
        workspace = self.bench.workspace
        offered = outbox_file.free_name(Path.home(), self.bench.today())

        def preview(text: str) -> Preview:
            if not text.strip():
                return Preview(line(Piece("a file, for example ~/outbox.json", "muted")), ok=False)
            path = _path(text)
            reason = outbox_file.why_not(path)
            if reason:
                return Preview(line(Piece(reason, "yellow")), ok=False)
            return Preview(line(Piece(f"{path}, as JSON, readable by you alone", "muted")))

        def answer(text: str) -> None:
            self.run_job("export", lambda: outbox_file.write(workspace, _path(text)), written)

        def written(made: "Written") -> None:
            self.say(f"{fmt.counted(made.items, 'item')} written to {made.path}")

        self.ask("Write what waits to", f"~/{offered.name}", preview, answer)


def _path(text: str) -> Path:
    """Return the file that was typed, whole, with the home folder for `~`."""
    typed = text.strip()
    home = typed == "~" or typed.startswith("~/")
    return (Path.home() / typed[2:] if home else Path(typed)).absolute()
