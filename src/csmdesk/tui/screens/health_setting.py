"""Setting an account's colour against its score, from a screen that knows its health."""

from typing import TYPE_CHECKING

from csmdesk.tui import format as fmt
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.undo import Undoable

if TYPE_CHECKING:
    from csmdesk.usecases.health_overrides import Overridden
    from csmdesk.usecases.health_page import HealthPage
    from csmdesk.usecases.workspace import Workspace


class SetsHealth(Frame):
    """A screen with `e` for the colour of an account."""

    def health(self) -> "HealthPage | None":
        """Return the health of the account the screen is about; None if it is not known yet."""
        raise NotImplementedError

    def do_set_health(self) -> None:
        """Ask for a colour, until when and why."""
        from csmdesk.tui import health_asking
        from csmdesk.tui.ink import fit
        from csmdesk.usecases import health_overrides

        page = self.health()
        if page is None:
            self.complain("Its health is not followed here, so there is no colour to set.")
            return
        workspace = self.bench.workspace

        def answer(text: str) -> None:
            wish = health_asking.read_colour(text, page)
            if wish is None:
                return

            def work() -> "Overridden":
                if wish.colour is None:
                    return health_overrides.clear(workspace, page.account_id)
                return health_overrides.set_colour(
                    workspace, page.account_id, wish.colour, reason=wish.reason, until=wish.until
                )

            self.run_job("health", work, self._colour_set)

        self.ask(
            f"Health of {fit(page.account, 24)}",
            "",
            lambda text: health_asking.colour_preview(text, page),
            answer,
        )

    def _colour_set(self, made: "Overridden") -> None:
        one, name = made.override, made.account
        if one is None:
            words = f"The colour of {name} is left to its score."
        else:
            last = fmt.day_name(one.expires_on, self.bench.today())
            words = f"{name} is {one.color}* to {last}."
        self.say(f"{words} u undoes.")
        workspace = self.bench.workspace
        self.bench.can_undo(Undoable(words, lambda: _put_back(workspace, made)))
        self.bench.book_changed(own=True)


def _put_back(workspace: "Workspace", made: "Overridden") -> str:
    from csmdesk.usecases import health_overrides

    health_overrides.put_back(workspace, made.account_id, made.before)
    return f"The colour of {made.account} is what it was before."
