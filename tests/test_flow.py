"""Tasks through executors: every task gets one answer, whatever becomes of its worker."""

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import executors, flow
from pipeline.executors import SerialExecutor, local, time_limit
from pipeline.flow import Crew, Lost, Task, alone, work_through


def double(value: int) -> int:
    return 2 * value


def fail(value: int) -> int:
    raise ZeroDivisionError(value)


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang(seconds: float) -> None:
    with time_limit(seconds):
        time.sleep(600)


def hang_holding_the_lock(seconds: float) -> None:
    # A C call that never lets another Python thread run, as a stuck decoder would.
    with time_limit(seconds):
        (1 << 400_000_000) // 3**100_000_000


def die_once(marker: str) -> str:
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "second time"


def outcome(crew: Crew, tasks: list[Task]) -> dict[object, object]:
    found: dict[object, object] = {}
    work_through(crew, iter(tasks), lambda task, result: found.__setitem__(task.subject, result))
    return found


TWO = Crew(functools.partial(local, 2), 4)
HERE = Crew(SerialExecutor, 1)


@pytest.mark.parametrize("crew", [HERE, TWO], ids=["serial", "processes"])
def test_every_task_is_answered(crew: Crew):
    """Each task's result is handed over once."""
    tasks = [Task(n, double, n, 60) for n in range(20)]

    assert outcome(crew, tasks) == {n: 2 * n for n in range(20)}


@pytest.mark.parametrize("crew", [HERE, TWO], ids=["serial", "processes"])
def test_an_error_that_is_nobodys_result_ends_the_run(crew: Crew):
    """What a call raises comes up as it is."""
    with pytest.raises(ZeroDivisionError):
        outcome(crew, [Task(n, fail, n, 60) for n in range(3)])


def test_a_task_that_kills_its_worker_costs_only_itself():
    """The others are answered; the one to blame is named after it was tried alone."""
    tasks = [Task(n, die if n == 5 else double, n, 60) for n in range(12)]

    assert outcome(TWO, tasks) == {n: Lost.DIED if n == 5 else 2 * n for n in range(12)}


def test_a_task_whose_worker_dies_once_is_answered(tmp_path: Path):
    """A worker lost by accident loses no task."""
    assert outcome(TWO, [Task("unlucky", die_once, str(tmp_path / "marker"), 60)]) == {"unlucky": "second time"}


@pytest.mark.parametrize("call", [hang, hang_holding_the_lock])
def test_a_task_that_hangs_is_ended_at_its_limit(call: Callable[[float], None]):
    """A worker ends itself at the limit, even from within a call that never returns to Python."""
    start = time.monotonic()

    assert alone(Task("slow", call, 1.0, 1.0)) is Lost.TIMED_OUT
    assert time.monotonic() - start < 20


def test_tasks_that_become_ready_later_are_done():
    """None from the tasks means: ask again when something is done."""
    done: list[int] = []

    def tasks() -> Iterator[Task | None]:
        yield Task(1, double, 1, 60)
        while not done:
            yield None
        yield Task(2, double, 2, 60)

    work_through(TWO, tasks(), lambda task, _: done.append(task.subject))

    assert done == [1, 2]


def test_no_more_than_the_window_is_taken():
    """Tasks are taken from their source only as far as the window reaches, so memory stays flat."""
    taken: list[int] = []
    ahead: list[int] = []

    def tasks() -> Iterator[Task]:
        for n in range(50):
            taken.append(n)
            yield Task(n, double, n, 60)

    work_through(Crew(functools.partial(local, 1), 3), tasks(), lambda task, _: ahead.append(len(taken) - task.subject))

    assert max(ahead) <= 4


def test_ctrl_c_keeps_what_is_finished(monkeypatch: pytest.MonkeyPatch):
    """After an interruption the results that were ready have been handed over, and no process is left."""
    found: list[int] = []
    monkeypatch.setattr(flow, "LAST_SECONDS", 0.5)
    threading.Timer(3.0, os.kill, [os.getpid(), signal.SIGINT]).start()

    with pytest.raises(KeyboardInterrupt):
        work_through(
            Crew(functools.partial(local, 1), 2),
            (Task(n, time.sleep if n == 3 else double, 60 if n == 3 else n, 60) for n in range(9)),
            lambda task, _: found.append(task.subject),
        )

    assert found == [0, 1, 2]


def test_workers_keep_to_one_thread():
    """OpenMP's own threads cost 3 to 10 times the time when several workers run."""
    executor = local(1)
    try:
        assert executor.submit(os.getenv, "OMP_THREAD_LIMIT").result() == "1"
    finally:
        executors.close(executor)


def is_loaded(module: str) -> bool:
    return module in sys.modules


@pytest.mark.skipif(sys.platform != "linux", reason="LOUD SKIP: workers are forked from a loaded process on Linux only")
def test_workers_find_the_program_loaded():
    """What the work needs is loaded once, before there are workers, and not by each of them."""
    executors.release()
    executor = local(1, ["tabnanny"])
    try:
        assert executor.submit(is_loaded, "tabnanny").result()
        assert not executor.submit(is_loaded, "this").result()
    finally:
        executors.close(executor)
        executors.release()


def test_loading_ahead_leaves_the_environment_as_it_was():
    """The limit to one thread is the workers', not the user's process's."""
    before = dict(os.environ)

    executors.load_ahead(["tabnanny"])

    assert dict(os.environ) == before
    executors.release()


PARENT = """
import os, sys, time
from pipeline import executors
if __name__ == "__main__":
    executor = executors.local(1)
    print(executor.submit(os.getpid).result(), flush=True)
    executors.submit(executor, time.sleep, 600)
    time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="LOUD SKIP: processes are looked up in /proc")
def test_workers_die_with_a_parent_that_is_killed(tmp_path: Path):
    """A killed parent leaves no worker behind, in whatever work it is."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = str(Path(__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as parent:
        assert parent.stdout is not None
        worker = Path("/proc", parent.stdout.readline().strip(), "stat")
        assert worker.exists()
        parent.kill()

    end = time.monotonic() + 20
    while worker.exists() and ") Z " not in worker.read_text() and time.monotonic() < end:
        time.sleep(0.05)
    assert not worker.exists() or ") Z " in worker.read_text()
