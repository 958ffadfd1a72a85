"""What goes on behind the screens: time passing, others writing to the store, syncing.

The app owns one of these. Syncing runs in a thread of its own, never in the pool the screens read
with, so that neither waits for the other and leaving never waits for the CRM.
"""

import sys
import threading
import time
from typing import TYPE_CHECKING, Protocol

from csmdesk.errors import CsmdeskError
from csmdesk.tui import format as fmt
from csmdesk.tui import jobs
from csmdesk.tui.chrome import SyncView

if TYPE_CHECKING:
    from textual.timer import Timer

    from csmdesk.tui.screens.frame import Frame
    from csmdesk.tui.shared import Shared
    from csmdesk.usecases.syncing import SyncReport, SyncStatus
    from csmdesk.usecases.workspace import Workspace

MINUTE = 60.0
LOOK_EVERY = 3.0
"""Seconds between two looks at whether somebody else wrote to the store."""
LOOK_WHILE_SYNCING = 20.0
"""The same while this process syncs; its end is looked at in any case."""
NUDGE_AFTER = 0.8
"""Seconds from logging something to sending it: time for a second line, or an undo."""
SETTLED_AFTER = 6.0
"""Seconds from settling what both sides changed to sending it: time to see it, and to undo it."""
BACKUP_AFTER = 20.0
"""Seconds from the first paint to the day's backup."""
QUEUED, DELIVERED = "Queued for the CRM.", "In the CRM."
"""What the confirmation of a log says before and after it was sent."""
SWITCH_SECONDS = 0.001
"""How long a sync may keep the interpreter from whoever else wants it."""
TRY_AGAIN_AFTER = 10.0
"""Seconds until a CRM that could not be reached is tried again; each next time twice as long, up to
the interval of the settings."""
LEAVE_WITHIN = 1.0
"""Seconds that leaving waits for a sync to end at a good place."""


class Progress(Protocol):
    """How far a sync has come."""

    @property
    def phase(self) -> str:
        """What it is doing."""
        ...

    @property
    def object_type(self) -> str:
        """With which kind of record."""
        ...

    @property
    def count(self) -> int:
        """How many so far."""
        ...


class Background:
    """Time, the store's version and the sync of one app."""

    def __init__(self, app: "Shared") -> None:
        self._app = app
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._again = False
        self._version: int | None = None
        self._looked = 0.0
        self._offline = 0
        """How many syncs in a row could not reach the CRM."""
        self._next_try: Timer | None = None
        self._sent_all = False
        self._refused = 0
        """How many operations had failed after the sync before: those are not told again."""
        self._told: set[str] = set()
        self._mentioned = ""
        self._held = ""
        self._parked = ""
        self._warned = False

    def begin(self) -> None:
        """Start watching, and syncing if there is a connection. After the first paint."""
        app = self._app
        app.set_timer(BACKUP_AFTER, self._back_up)
        app.set_interval(MINUTE, self._minute)
        app.set_interval(LOOK_EVERY, self._look)
        self._look()
        self.refresh(then_sync=app.workspace.config.sync.automatic)
        if app.workspace.config.sync.automatic:
            app.set_interval(
                app.workspace.config.sync.interval_minutes * MINUTE,
                lambda: self.start(asked=False),
            )

    def _back_up(self) -> None:
        """Make the day's backup, in a thread."""
        app = self._app

        def work() -> object:
            from csmdesk.usecases.backups import back_up_daily

            return back_up_daily(app.workspace, app.now())

        jobs.start(app, "backup", work, lambda _made: None, app.complain)

    # --- time and others -----------------------------------------------------------------

    def _minute(self) -> None:
        """Time has passed: tickets age, meetings end, days turn. Rank anew and say what moved."""
        self._app.refresh_chrome()
        self._app.time_passed()

    def _look(self) -> None:
        """Look whether somebody wrote; seldom while a sync of ours does so with every page.

        What changed is ranked anew each time, which takes from the keys what they need.
        """
        app = self._app
        now = time.monotonic()
        if self._thread is not None and now - self._looked < LOOK_WHILE_SYNCING:
            return
        self._looked = now
        jobs.start(app, "version", app.workspace.store.data_version, self._seen, lambda _w: None)

    def _seen(self, version: int) -> None:
        before, self._version = self._version, version
        if before is not None and before != version:
            self._app.book_changed()
            self.refresh()

    # --- how syncing stands --------------------------------------------------------------

    def refresh(self, *, then_sync: bool = False) -> None:
        """Read how syncing stands, for the top line."""
        app = self._app

        def read() -> "tuple[SyncStatus, int]":
            from csmdesk.usecases import syncing

            status = syncing.status(app.workspace)
            return status, _waiting(app.workspace) if status.pending else 0

        def done(found: "tuple[SyncStatus, int]") -> None:
            status, waiting = found
            self._show(status, waiting)
            if then_sync and status.connection is not None:
                self.start(asked=False)

        jobs.start(app, "sync-status", read, done, lambda _words: None)

    def _show(self, status: "SyncStatus", waiting: int) -> None:
        running = self._thread is not None
        trouble = ""
        self._held = status.held
        self._parked = _parked(self._app.workspace, status)
        self._warned = self._warned and bool(self._parked)
        if status.paused_reason is not None:
            # Without a time at which it goes on by itself, somebody has to do something.
            trouble = "sync paused" if status.paused_until is not None else "sync stopped"
        elif status.held:
            trouble = "sending held"
        elif self._offline:
            trouble = "offline"
        elif status.clock_off is not None:
            trouble = "clock is off"
        elif status.missing:
            trouble = "records missing"
        elif status.resting:
            trouble = f"{fmt.counted(len(status.resting), 'mapping')} paused"
        self._app.sync_view = SyncView(
            connected=status.connection is not None,
            running=running or status.running,
            last=status.last_synced_at,
            queued=waiting,
            uncertain=status.uncertain,
            attention=status.failed + status.conflict,
            trouble=trouble,
        )
        self._say_delivered(nothing_left=not status.pending)
        self._app.refresh_chrome()

    def _say_delivered(self, *, nothing_left: bool) -> None:
        """Once what was just logged is sent, have its confirmation say so; its words stay."""
        said = self._app.said
        if self._sent_all and nothing_left and QUEUED in said.text:
            self._app.say(said.text.replace(QUEUED, DELIVERED), trouble=said.trouble)
        self._sent_all = False

    # --- the sync itself -----------------------------------------------------------------

    def nudge(self, after: float = NUDGE_AFTER) -> None:
        """Send what was just logged, after so many seconds."""
        if self._app.workspace.config.sync.automatic and self._app.sync_view.connected:
            self._app.set_timer(after, lambda: self.start(asked=False))
        self.refresh()

    def ask(self, screen: "Frame | None") -> None:
        """Sync because the user pressed the key; first ask what only they can know.

        Args:
            screen: where to ask.
        """
        if self._parked and not self._warned and self._thread is None:
            self._warned = True
            self._app.complain(f"{self._parked} S again tries now.")
            return
        if self._held and self._thread is None and screen is not None:
            screen.confirm(
                "This store is a copy: the other one may have sent what waits here. Is the other"
                " one not used any more?",
                "send from this one",
                lambda: self.start(asked=True, copy_confirmed=True, anyway=self._warned),
                dropped=lambda: self.start(asked=True, anyway=self._warned),
            )
            return
        self.start(asked=True, anyway=self._warned)

    def start(self, *, asked: bool, copy_confirmed: bool = False, anyway: bool = False) -> None:
        """Sync now; once more afterwards if one is running already.

        Args:
            asked: whether the user pressed the key: then the end is told even if all is well.
            copy_confirmed: the user has said that this copy of the store is the one to send from.
            anyway: try though the CRM has asked to wait.
        """
        app = self._app
        if self._thread is not None:
            self._again = True
            if asked:
                app.say("A sync is running; another follows it. esc stops it.")
            return
        if not app.sync_view.connected:
            if asked:
                app.complain("No CRM is connected. Run: csmdesk connect hubspot")
            return
        self._stop.clear()
        app.progress = "syncing · esc stops"
        app.sync_view = app.sync_view._replace(running=True)
        app.refresh_chrome()
        self._thread = threading.Thread(
            target=self._run, args=(asked, copy_confirmed, anyway), name="csmdesk-sync", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ask a running sync to end; what it has done so far stays."""
        if self._thread is not None:
            self._again = False
            self._stop.set()
            self._app.say("Stopping the sync after this page.")

    def leave(self) -> None:
        """End with the app: a moment is given, then the thread goes with the process."""
        self._again = False
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LEAVE_WITHIN)

    def _run(self, asked: bool, copy_confirmed: bool, anyway: bool) -> None:
        app = self._app
        usual = sys.getswitchinterval()
        try:
            from csmdesk.usecases import syncing

            # Keys are answered by another thread of the same interpreter.
            sys.setswitchinterval(SWITCH_SECONDS)
            report = syncing.sync(
                app.workspace,
                tell=self._tell,
                stop=self._stop.is_set,
                asked=asked,
                thorough=asked,
                copy_confirmed=copy_confirmed,
                anyway=anyway,
            )
        except CsmdeskError as error:
            line = error.line
            jobs.post(app, lambda: self._failed(line))
        except Exception as error:  # the edge: a sync must not take the screens with it
            line = jobs.trouble(error)
            jobs.post(app, lambda: self._failed(line))
        else:
            jobs.post(app, lambda: self._finished(report, asked=asked))
        finally:
            sys.setswitchinterval(usual)

    def _tell(self, progress: Progress) -> None:
        from csmdesk.usecases.sync_words import counted_kind

        counted = counted_kind(progress.count, progress.object_type)
        words = f"{progress.phase} {counted} · esc stops"

        def show() -> None:
            self._app.progress = words
            self._app.refresh_chrome()

        jobs.post(self._app, show)

    def _mention(self, words: str, *, trouble: bool = False) -> None:
        self._mentioned = words
        self._app.mention(words, trouble=trouble)

    def _users_words(self) -> bool:
        """Whether the status line tells what the user did, which a sync by itself leaves there."""
        return self._app.said.text not in ("", self._mentioned)

    def _is_news(self, report: "SyncReport") -> bool:
        """Whether what went wrong in a sync that nobody asked for is told over what is told now.

        That the CRM cannot be reached stands in the top line; each further try says nothing.
        """
        if report.unreachable:
            return self._offline == 1 and not self._users_words()
        if report.ending != "needs_user":
            return False
        told_before = report.problems[0] in self._told
        self._told.add(report.problems[0])
        return not told_before or not self._users_words()

    def _overtaken(self, report: "SyncReport") -> bool:
        """Whether what the status line says is queued was held up by something for the user."""
        held_up = bool(report.conflicts or report.pushed["failed"])
        return QUEUED in self._app.said.text and held_up and report.ending == "needs_user"

    def _try_again(self) -> None:
        """Try a CRM that could not be reached soon again, each time a little later."""
        if self._next_try is not None:
            self._next_try.stop()
            self._next_try = None
        settings = self._app.workspace.config.sync
        if self._offline and settings.automatic:
            pause = min(
                TRY_AGAIN_AFTER * 2 ** min(self._offline - 1, 10),
                settings.interval_minutes * MINUTE,
            )
            self._next_try = self._app.set_timer(pause, lambda: self.start(asked=False))

    def _over(self) -> None:
        self._thread = None
        self._app.progress = ""
        self.refresh()
        if self._again and not self._stop.is_set():
            self._again = False
            self.start(asked=False)

    def _failed(self, words: str) -> None:
        self._over()
        self._mention(words, trouble=True)

    def _finished(self, report: "SyncReport", *, asked: bool) -> None:
        self._offline = self._offline + 1 if report.unreachable else 0
        more_failed = report.pushed["failed"] > self._refused
        self._refused = report.pushed["failed"]
        self._try_again()
        unsure = report.pushed["failed"] + report.pushed["uncertain"]
        self._sent_all = bool(report.sent or report.found) and not unsure
        self._over()
        if report.problems and (asked or self._is_news(report)):
            self._mention(report.problems[0], trouble=True)
        elif self._overtaken(report):
            self._mention(sync_words(report), trouble=True)
        elif report.notices and (asked or not self._users_words()):
            self._mention(report.notices[0], trouble=True)
        elif asked or more_failed or (report.sent and not self._users_words()):
            self._mention(sync_words(report))
        if any(counts["changed"] or counts["gone"] for counts in report.pulled.values()) or any(
            report.pushed[name] for name in ("sent", "already_there", "uncertain", "failed")
        ):
            self._app.book_changed()


def _parked(workspace: "Workspace", status: "SyncStatus") -> str:
    """Return why nothing is asked of the CRM at present and until when; empty if it may be."""
    from csmdesk.usecases.syncing import parked_words

    return parked_words(workspace, status.paused_reason, status.paused_until)


def _waiting(workspace: "Workspace") -> int:
    """Return how many things wait to be sent, as the user counts: a call is one, links and all."""
    from csmdesk.tui.outbox_rows import chains
    from csmdesk.usecases import outbox

    states = [chain.state for chain in chains(outbox.items(workspace))]
    return sum(state in ("pending", "sending") for state in states)


def sync_words(report: "SyncReport") -> str:
    """Return what a sync came to: "Synced: 3 sent, 12 records changed."."""
    from csmdesk.usecases.sync_words import left_words, sent_words

    parts = list(sent_words(report))
    changed = sum(counts["changed"] + counts["gone"] for counts in report.pulled.values())
    if changed or report.read_all:
        parts.append(f"{fmt.counted(changed, 'record')} changed" if changed else "nothing new")
    parts += left_words(report)
    done = ", ".join(parts) or "nothing was read"
    if report.ending == "stopped":
        return f"Sync stopped: {done}. S goes on."
    return f"Synced: {done}."
