"""Where work runs: in this process, in local processes, on a Dask cluster; all `concurrent.futures.Executor`.

A worker never outlives its parent, ignores Ctrl-C (the parent decides) and can be told a time limit, after which it
ends itself: `faulthandler` holds the clock in a thread of its own that needs no cooperation from the code that hangs.
"""

import ctypes
import faulthandler
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from pipeline.errors import NoVerdict, ToolMissing

P = ParamSpec("P")
T = TypeVar("T")

_PR_SET_PDEATHSIG = 1
_WATCH_SECONDS = 0.5
# Set in worker processes only: ending oneself is no way out for the process that the user started.
_MAY_END_ITSELF = "SOHOA_WORKER"
# One thread for each worker: OpenMP's own threads cost 3 to 10 times the time when several workers run.
ONE_THREAD = {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class SerialExecutor(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call and give a finished future."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a future carries whatever the call raised
            future.set_exception(error)
        return future


def local(jobs: int) -> Executor:
    """Start `jobs` worker processes (spawned, so that no thread is copied half-way); 0 means this process."""
    if jobs == 0:
        return SerialExecutor()
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=start_worker, initargs=(os.getpid(),))


def dask(address: str) -> Executor:
    """Connect to a Dask cluster whose workers see the same folders under the same paths.

    Raises:
        ToolMissing: The optional package is not installed.
        NoVerdict: No scheduler answers, there are no workers, or a worker runs more than one thread.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise ToolMissing("--cluster needs the package 'distributed': pip install 'sohoa[cluster]'") from error
    try:
        client = distributed.Client(address, timeout=20, set_as_default=False)
        threads = client.nthreads()
    except (OSError, TimeoutError, ValueError) as error:
        raise NoVerdict("no Dask scheduler answers at {address}", address=address) from error
    if not threads or max(threads.values()) > 1:
        client.close()
        if not threads:
            raise NoVerdict(
                "the cluster at {address} has no worker; start workers with: dask worker {address} --nthreads 1",
                address=address,
            )
        raise NoVerdict(
            "the cluster at {address} has a worker with more than one thread; start workers with: "
            "dask worker {address} --nthreads 1",
            address=address,
        )
    # Each task may be lost once before the cluster gives it back as failed; the runner then tries it alone.
    executor = client.get_executor(pure=False, retries=0)
    client.run(prepare_threads)
    return executor  # type: ignore[no-any-return]


def close(executor: Executor, *, at_once: bool = False) -> None:
    """Shut an executor down; `at_once` ends its local processes without waiting for what they do."""
    if at_once:
        # `kill_workers` is Python 3.14's public name for this.
        for process in list((getattr(executor, "_processes", None) or {}).values()):
            process.kill()
    client = getattr(executor, "_client", None)
    if client is None:
        executor.shutdown(wait=True, cancel_futures=True)
    else:
        executor.shutdown(wait=not at_once)
        client.close()


def submit(executor: Executor, call: Callable[..., Any], *args: Any) -> Future[Any]:
    """Submit a call; a worker process that this starts is deaf to Ctrl-C from its first moment, not only once it is up.

    Raises:
        BrokenExecutor: A worker was lost before.
    """
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return executor.submit(call, *args)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def worker_died(error: BaseException) -> bool:
    """Tell whether a future failed because its worker was lost, not because of what it ran."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ in {"KilledWorker", "CommClosedError"}


def prepare_threads() -> None:
    """Keep OpenMP and OpenCV to one thread in this process and let it end itself when it hangs."""
    os.environ.update(ONE_THREAD)
    os.environ[_MAY_END_ITSELF] = "1"


def start_worker(parent: int) -> None:
    """Prepare a worker process: one thread, no Ctrl-C, dies with its parent."""
    prepare_threads()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone; the kernel's own signal is missing on some systems."""
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End this worker process if the block takes longer; without effect in the process that the user started."""
    if _MAY_END_ITSELF not in os.environ:
        yield
        return
    with open(os.devnull, "w") as silence:  # noqa: PTH123 - a device, not a file of ours
        faulthandler.dump_traceback_later(seconds, exit=True, file=silence)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
