"""The commands that work whatever the screen: modes, help, palette, colours, sync, leaving."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from csmdesk.tui.commands import KEPT_KEYS, named, where
from csmdesk.tui.screens.frame import Frame
from csmdesk.tui.shared import Shared

if TYPE_CHECKING:
    from csmdesk.tui.picking import Entry


class GlobalCommands(Shared):
    """A command `x` that every screen has is the method `do_x`."""

    def run_named(self, name: str) -> None:
        """Do a command by its name, from wherever it was chosen."""
        screen = self.screen
        if isinstance(screen, Frame) and screen.PLACE in named(name).places:
            screen.action_command(name)
        else:
            self.action_elsewhere(name)

    def action_elsewhere(self, name: str) -> None:
        """Say where a key works that does nothing here."""
        command = named(name)
        self.complain(f"{command.label.capitalize()} works in {where(command)}.")

    def action_nowhere(self, key: str) -> None:
        """Say why a key of the grammar does nothing, here or anywhere."""
        self.complain(KEPT_KEYS[key])

    def action_help_quit(self) -> None:
        """Answer ^c, which leaves other programs."""
        self.say("q leaves; what you typed is kept as a draft.")

    def place(self) -> str:
        """Return the place the user is in."""
        screen = self.screen
        return screen.PLACE if isinstance(screen, Frame) else "today"

    def do_mode_today(self) -> None:
        """Go to Today."""
        self._go("today")

    def do_mode_accounts(self) -> None:
        """Go to Accounts."""
        self.choose(None, lambda: self._go("accounts"))

    def do_mode_outbox(self) -> None:
        """Go to the Outbox."""
        self._go("outbox")

    def _go(self, mode: str) -> None:
        self.hush()
        if self.current_mode not in self.MODES:
            self.complain("Choose first how to begin: esc goes back to it.")
            return
        if mode != self.current_mode:
            self.switch_mode(mode)
            return
        # The mode one is in: back to its first screen.
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def open_account(self, account_id: str) -> None:
        """Open the page of an account over the present screen."""
        from csmdesk.tui.screens.account import AccountPage

        self.choose(account_id, lambda: self.turn_to(AccountPage(account_id)))

    def do_help(self) -> None:
        """Show the keys that work here."""
        from csmdesk.tui.screens.help import Help

        self.turn_to(Help(self.place()))

    def do_news(self) -> None:
        """Show what changed since the user last looked."""
        from csmdesk.tui.screens.news import NewsPage

        self.turn_to(NewsPage())

    def do_hidden(self) -> None:
        """List what is done, snoozed or dismissed."""
        from csmdesk.tui.screens.hidden import Hidden

        self.turn_to(Hidden())

    def do_palette(self) -> None:
        """Find any command or account by name."""
        from csmdesk.tui.palette import account_entries, command_entries

        self._pick(
            "a command or an account",
            command_entries(self, self.place()),
            lambda: account_entries(self),
        )

    def do_theme(self) -> None:
        """Choose the colours."""
        from csmdesk.tui.palette import theme_entries

        self._pick("a theme", theme_entries(self), None)

    def _pick(
        self, hint: str, entries: "list[Entry]", more: "Callable[[], list[Entry]] | None"
    ) -> None:
        from csmdesk.tui.dialogs.pick import Pick

        def picked(entry: "Entry | None") -> None:
            if entry is not None:
                entry.run()

        self.push_screen(Pick(hint, entries, more), picked)

    def do_sync(self) -> None:
        """Sync with the CRM now."""
        screen = self.screen
        self.sync.ask(screen if isinstance(screen, Frame) else None)

    def stop_sync(self) -> None:
        """Stop a running sync after the page it is at."""
        self.sync.stop()

    def do_quit(self) -> None:
        """Leave."""
        self.exit(0)
