"""A process with its children and what they took: time, CPU, peak memory, memory over time."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from bench.terminal import peak_resident, resident

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Seen:
    """What a process took: seconds, CPU seconds, peak MiB, MiB over time, and what it printed."""

    seconds: float
    cpu: float
    peak: float
    memory: tuple[float, ...]
    printed: str


def watched(command: Sequence[str], *, env: Mapping[str, str], every: float = 0.05) -> Seen:
    """Run a command to its end and look at its memory meanwhile.

    Raises:
        RuntimeError: it failed; with what it printed.
    """
    memory: list[float] = []
    peaks: list[float] = [0.0]
    with TemporaryFile() as out, TemporaryFile() as trouble:
        begun = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdout=out, stderr=trouble, cwd=ROOT)
        over = threading.Event()
        sampler = threading.Thread(target=_sample, args=(process.pid, memory, peaks, over, every))
        sampler.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        over.set()
        sampler.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().decode()
        if process.returncode:
            trouble.seek(0)
            raise RuntimeError(
                f"{command[0]} failed: {trouble.read().decode()[-2000:]}{printed[-500:]}"
            )
    cpu = used.ru_utime + used.ru_stime
    return Seen(seconds, cpu, peaks[0], tuple(memory), printed)


def _sample(
    pid: int, memory: list[float], peaks: list[float], over: threading.Event, every: float
) -> None:
    while not over.wait(every):
        try:
            memory.append(resident(pid) + sum(resident(each) for each in _children(pid)))
            peaks[0] = max(peaks[0], peak_resident(pid), memory[-1])
        except (OSError, IndexError, ValueError, subprocess.CalledProcessError):
            return


def _children(pid: int) -> list[int]:
    """Return the processes that a process has started; none where the system does not tell."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
