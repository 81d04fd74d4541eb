"""Tasks through an executor: a bounded window, lost workers, one more try alone.

Knows nothing of pages: a task is a call with one argument and a time limit. At most `window` tasks are under way, so
that 200,000 pages cost what 20 cost.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline import executors
from pipeline.errors import NoVerdict

LAST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Task:
    """One call for a worker.

    Attributes:
        subject: What the caller knows the task by.
        seconds: Time limit, which the call itself sets (`executors.time_limit`); here it tells a timeout from a crash.
    """

    subject: Any
    call: Callable[[Any], Any]
    argument: Any
    seconds: float


class Lost(StrEnum):
    """Why a task has no result even after it was tried alone."""

    TIMED_OUT = "timed-out"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does the work: how to open the executor, how many tasks at once, and whether a worker can be tried alone."""

    open: Callable[[], Executor]
    window: int


def work_through(crew: Crew, tasks: Iterator[Task | None], when_done: Callable[[Task, Any], None]) -> None:
    """Run all tasks; hand each result, or `Lost`, to `when_done` in this thread.

    Args:
        crew: Who does the work.
        tasks: Gives the next task, or None where none is ready until another one is done.
        when_done: Called once for each task; may make new tasks ready.

    Raises:
        Exception: What a call raised: calls give failures of their subject as results, so this one ends the run.
        KeyboardInterrupt: After the results that were ready, or nearly so, have been handed over.
    """
    pending: dict[Future[Any], Task] = {}
    executor = crew.open()
    try:
        while _fill(executor, pending, tasks, crew.window):
            wait(pending, return_when=FIRST_COMPLETED)
            lost = _sort_out(pending, when_done)
            if lost and _is_broken(executor):
                # Its other tasks went down with it; which of them was to blame is found by trying each alone.
                wait(pending)
                lost += _sort_out(pending, when_done)
                executors.close(executor)
                executor = crew.open()
            for task in lost:
                when_done(task, alone(task))
    except KeyboardInterrupt:
        _last_results(pending, when_done)
        raise
    except BaseException:
        pending.clear()
        executors.close(executor, at_once=True)
        raise
    finally:
        executors.close(executor, at_once=bool(pending))
        executors.release()


def alone(task: Task) -> Any:
    """Run one task in a worker process of its own; give its result or how it was lost."""
    executor = executors.local(1)
    start = time.monotonic()
    try:
        return executors.submit(executor, task.call, task.argument).result()
    except BrokenExecutor:
        return Lost.TIMED_OUT if time.monotonic() - start >= task.seconds else Lost.DIED
    finally:
        executors.close(executor, at_once=True)


def _fill(executor: Executor, pending: dict[Future[Any], Task], tasks: Iterator[Task | None], window: int) -> bool:
    """Submit until the window is full or nothing is ready; tell whether anything is under way."""
    while len(pending) < window:
        task = next(tasks, None)
        if task is None:
            break
        pending[_submitted(executor, task)] = task
    return bool(pending)


def _submitted(executor: Executor, task: Task) -> Future[Any]:
    try:
        return executors.submit(executor, task.call, task.argument)
    except BrokenExecutor as error:  # a worker died since the last look: the task is one of the lost
        future: Future[Any] = Future()
        future.set_exception(error)
        return future


def _sort_out(pending: dict[Future[Any], Task], when_done: Callable[[Task, Any], None]) -> list[Task]:
    """Hand over what is done; give the tasks whose worker was lost.

    Raises:
        Exception: What a call raised.
    """
    lost = []
    for future in [future for future in pending if future.done()]:
        task = pending.pop(future)
        if future.cancelled():
            raise NoVerdict("the cluster is gone; start it and the same command again: what is finished is kept")
        error = future.exception()
        if error is None:
            when_done(task, future.result())
        elif executors.worker_died(error):
            lost.append(task)
        else:
            raise error
    return lost


def _is_broken(executor: Executor) -> bool:
    """Tell whether the whole executor is lost, as local processes are with one of them, and a cluster is not."""
    try:
        executor.submit(int).result()
    except BrokenExecutor:
        return True
    return False


def _last_results(pending: dict[Future[Any], Task], when_done: Callable[[Task, Any], None]) -> None:
    """Keep what is finished within a few seconds; the rest is done again by the next run."""
    for future in list(pending):
        if future.cancel():
            del pending[future]
    done, _ = wait(pending, timeout=LAST_SECONDS)
    for future in done:
        task = pending.pop(future)
        if future.exception() is None:
            when_done(task, future.result())
