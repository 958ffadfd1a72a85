"""Reading several things at once, in threads, and handing them over in one orderly line."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_AHEAD = 6
"""How many pages may wait for the writer; more would only fill memory."""

_DONE = object()


def in_threads(
    sources: Sequence[Callable[[], Iterator[T]]],
    *,
    closing: threading.Event,
    workers: int = 4,
    ahead: int = _AHEAD,
) -> Iterator[T]:
    """Yield what the sources yield, each in its own order, as it comes.

    The first failure of a source ends all of them and is raised here. When the consumer stops
    early, `closing` is set and the threads end at their next request or page.

    Args:
        sources: each makes an iterator, in the thread that will use it.
        closing: set when nobody wants more; sources should look at it.
        workers: how many run at once.
        ahead: how many pages may be read before they are taken.
    """
    waiting = list(sources)
    lock = threading.Lock()
    line: queue.Queue[object] = queue.Queue(maxsize=ahead)
    failures: list[BaseException] = []

    def put(item: object) -> bool:
        while not closing.is_set():
            try:
                line.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            while not closing.is_set():
                with lock:
                    if not waiting:
                        return
                    source = waiting.pop(0)
                for page in source():
                    if not put(page):
                        return
        except BaseException as error:
            failures.append(error)
        finally:
            put(_DONE)

    threads = [
        threading.Thread(target=work, name=f"pull-{number}", daemon=True)
        for number in range(min(workers, len(waiting)))
    ]
    for thread in threads:
        thread.start()
    running = len(threads)
    try:
        while running:
            item = line.get()
            if item is _DONE:
                running -= 1
                if failures:
                    raise failures[0]
                continue
            yield item  # type: ignore[misc]  # only pages and the end mark are put in the line
    finally:
        if running:
            closing.set()
        for thread in threads:
            thread.join()
