"""Where work runs: in this process, in local processes, on a Dask cluster; all `concurrent.futures.Executor`.

Local workers are forked, where the system is Linux, from one small server process that has loaded the program and
started no thread; elsewhere each is a new Python that loads it by itself, which takes a second of its processor.

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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection, forkserver
from typing import Any, ParamSpec, TypeVar

from pipeline.errors import NoVerdict, ToolMissing

P = ParamSpec("P")
T = TypeVar("T")

_PR_SET_PDEATHSIG = 1
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


def local(jobs: int, loaded: Sequence[str] = ()) -> Executor:
    """Start `jobs` worker processes; 0 means this process.

    Args:
        jobs: How many.
        loaded: Modules that the work needs, loaded once for all of them (see `load_ahead`).
    """
    if jobs == 0:
        return SerialExecutor()
    context = multiprocessing.get_context("forkserver" if load_ahead(loaded) else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=start_worker)


def load_ahead(modules: Sequence[str]) -> bool:
    """Start the process from which workers are forked, and let it load modules meanwhile; return at once.

    Called again it does nothing. A module that cannot be loaded is left for the worker, which will say so.

    Returns:
        False where the system has no such process.
    """
    if sys.platform != "linux":
        return False
    multiprocessing.get_context("forkserver").set_forkserver_preload(list(modules))
    # It must have no threads when it forks, and OpenBLAS starts some as it is loaded.
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        with _deaf_to_interrupts():
            forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    return True


def release() -> None:
    """End the process from which workers were forked, and wait for it, once none of them is left.

    It would end with this one anyway; waited for, its processor time and theirs count as this one's.
    """
    stop = getattr(getattr(forkserver, "_forkserver", None), "_stop", None)
    if stop is not None:
        stop()


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
    with _deaf_to_interrupts():
        return executor.submit(call, *args)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back in this thread, and for good in the processes that it starts until they decide otherwise."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def worker_died(error: BaseException) -> bool:
    """Tell whether a future failed because its worker was lost, not because of what it ran."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ in {"KilledWorker", "CommClosedError"}


def prepare_threads() -> None:
    """Keep OpenMP and OpenCV to one thread in this process and let it end itself when it hangs."""
    os.environ.update(ONE_THREAD)
    os.environ[_MAY_END_ITSELF] = "1"


def start_worker() -> None:
    """Prepare a worker process: one thread, no Ctrl-C, dies with its parent."""
    prepare_threads()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one that asked for it is gone, which a pipe between them tells at once.

    The kernel's own signal is missing on some systems, and on others tells of the process that forked this one.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
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
