"""Work off the screen's thread: one way to start it, one place where anything may go wrong."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker, get_current_worker

from csmdesk.errors import CsmdeskError

Result = TypeVar("Result")


@dataclass
class Delivered(Message):
    """A job is over; `deliver` runs on the screen's thread."""

    deliver: Callable[[], None]


def start(
    node: DOMNode,
    group: str,
    work: Callable[[], Result],
    done: Callable[[Result], None],
    failed: Callable[[str], None],
) -> Worker[None]:
    """Run `work` in a thread; then `done` with its result, or `failed` with one line to show.

    A later job of the same node and group cancels this one: its result is dropped.

    Args:
        node: the screen or app the job belongs to; it has to handle `Delivered`.
        group: what the job is about.
        work: runs in the thread; touches no widget.
        done: runs on the screen's thread.
        failed: runs on the screen's thread with a sentence and what to do.
    """

    def job() -> None:
        worker = get_current_worker()
        try:
            result = work()
        except CsmdeskError as error:
            text = error.line
            if not worker.is_cancelled:
                post(node, lambda: failed(text))
        except Exception as error:  # the edge: whatever a job meets, the screen lives on
            report = trouble(error)
            if not worker.is_cancelled:
                post(node, lambda: failed(report))
        else:
            if not worker.is_cancelled:
                post(node, lambda: done(result))

    return node.run_worker(job, group=group, thread=True, exclusive=True, exit_on_error=False)


def post(node: MessagePump, deliver: Callable[[], None]) -> None:
    """Have something done on the screen's thread. Safe from any thread."""
    node.post_message(Delivered(deliver))


def trouble(error: BaseException) -> str:
    """Return one line about an error nobody foresaw: its kind and place, never its values.

    A report without anybody's data is kept; the line says where.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "csmdesk" in frame.filename]
    place = ours[-1] if ours else (frames[-1] if frames else None)
    at = ""
    if place is not None:
        module = place.filename.replace("\\", "/").rpartition("csmdesk/")[2]
        at = f" in {module}:{place.lineno}"
    from importlib.metadata import version

    from csmdesk.reports import write_report

    kept = write_report(error, version=version("csmdesk"))
    report = f" A report is in {kept}." if kept is not None else ""
    return f"That did not work: an internal error ({type(error).__name__}{at}).{report}"
