"""Running nets: the only module that imports onnxruntime.

One shared session a net, one thread inside each run, and as many runs at once as there are processors: on
two cores that gave 255 pictures a second against 199 for two sessions with threads of their own.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from localverify.errors import Busy, NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from localverify.config import EngineSettings
    from localverify.engine.weights import Weights, WeightStore
    from localverify.types import Floats

Item = TypeVar("Item")
Result = TypeVar("Result")

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_processors() -> int:
    """Processors that this process may use: its affinity, cut by the control group's quota; at least 1."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _CGROUP_QUOTA.read_text(encoding="ascii").split()
        available = min(available, int(quota) // int(period))
    except (OSError, ValueError):
        # No control group, or the word "max" for no quota: the affinity stands.
        return max(available, 1)
    return max(available, 1)


class Limiter:
    """Lets a number of runs through at once; who waits too long is told so."""

    def __init__(self, slots: int, deadline_s: float) -> None:
        self.slots = slots
        self._deadline_s = deadline_s
        self._free = threading.BoundedSemaphore(slots)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Holds a slot.

        Raises:
            Busy: none came free before the deadline.
        """
        if not self._free.acquire(timeout=self._deadline_s):
            raise Busy(f"no worker came free in {self._deadline_s:g} s")
        try:
            yield
        finally:
            self._free.release()


class Net:
    """A loaded net that any thread may run."""

    def __init__(self, session: Any, weights: Weights, limiter: Limiter, batch: int) -> None:  # noqa: ANN401
        self.weights = weights
        self._session = session
        self._limiter = limiter
        self._input = session.get_inputs()[0]
        fixed = self._input.shape[0]
        # A user's own net may have its batch axis fixed: then items go through one by one.
        self._batch = fixed if isinstance(fixed, int) else batch

    def run(self, batch: Floats) -> tuple[Floats, ...]:
        """Runs the net over a batch of any length.

        Args:
            batch: N x the net's input shape, float32, N >= 0.

        Returns:
            Each output of the net, its first axis N long.

        Raises:
            Busy: no worker came free before the deadline.
        """
        if len(batch) == 0:
            return ()
        parts = [self._run_part(batch[start : start + self._batch]) for start in range(0, len(batch), self._batch)]
        return tuple(np.concatenate(outputs) for outputs in zip(*parts, strict=True))

    def _run_part(self, part: Floats) -> list[Floats]:
        with self._limiter.slot():
            outputs: list[Floats] = self._session.run(None, {self._input.name: np.ascontiguousarray(part)})
        return outputs

    def warm_up(self) -> None:
        """Runs one item of zeros, so that the first caller does not pay for allocations."""
        shape = [size if isinstance(size, int) else 1 for size in self._input.shape[1:]]
        self.run(np.zeros((1, *shape), np.float32))


class Runtime:
    """Loads nets once and runs them on the device that was asked for."""

    def __init__(self, settings: EngineSettings, weights: WeightStore) -> None:
        self.weights = weights
        self.device = settings.device
        self.threads = settings.threads or usable_processors()
        self.limiter = Limiter(self.threads, settings.deadline_s)
        self._batch = settings.batch
        self._nets: dict[str, Net] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="localverify")
        self._in_pool = threading.local()

    def net(self, name: str) -> Net:
        """The net called `name`, loaded on first use and shared by all.

        Raises:
            NotReady: the weights are missing or wrong, onnxruntime is not installed, or the device cannot be had.
        """
        with self._lock:
            if name not in self._nets:
                entry = self.weights.get(name)
                session = self.session(entry.verified_bytes())
                self._nets[name] = Net(session, entry, self.limiter, self._batch)
            return self._nets[name]

    def session(self, source: bytes | str) -> Any:  # noqa: ANN401 - onnxruntime is untyped
        """A session on the device that was asked for.

        Args:
            source: a serialised ONNX model, or the path of one.

        Raises:
            NotReady: onnxruntime is not installed, the file is no model, or the device cannot be had.
        """
        runtime = _import_onnxruntime()
        provider = _PROVIDERS[self.device]
        if provider not in runtime.get_available_providers():
            raise NotReady(
                f"device {self.device!r} was asked for, but this onnxruntime has only "
                f"{', '.join(runtime.get_available_providers())}; install localverify[gpu] for CUDA"
            )
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = runtime.InferenceSession(source, options, providers=[provider])
        except Exception as error:  # onnxruntime's own exceptions share no base but Exception
            raise NotReady(f"onnxruntime cannot load the model: {error}") from error
        if session.get_providers()[0] != provider:
            raise NotReady(f"device {self.device!r} was asked for, but the session runs on another one")
        return session

    def loaded(self) -> tuple[str, ...]:
        """Names of the nets that are in memory."""
        return tuple(sorted(self._nets))

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """`function` over `items` on the workers, results in order; in line when there is nothing to share.

        A call from inside a worker runs in line too, so nested use cannot lock up.
        """
        work = list(items)
        if len(work) <= 1 or self.threads == 1 or getattr(self._in_pool, "active", False):
            return [function(item) for item in work]
        return list(self._pool.map(lambda item: self._in_worker(function, item), work))

    def map_batches(
        self, function: Callable[[Sequence[Item]], Sequence[Result]], items: Sequence[Item]
    ) -> list[Result]:
        """`function` over slices of `items` on the workers, answers in order.

        Slices are as large as a batch may be, and small enough that every worker gets one.
        """
        size = max(1, min(self._batch, -(-len(items) // self.threads)))
        slices = [items[start : start + size] for start in range(0, len(items), size)]
        return [answer for answers in self.map(function, slices) for answer in answers]

    def _in_worker(self, function: Callable[[Item], Result], item: Item) -> Result:
        self._in_pool.active = True
        try:
            return function(item)
        finally:
            self._in_pool.active = False

    def close(self) -> None:
        """Ends the workers and lets go of the nets."""
        self._pool.shutdown(wait=True)
        self._nets.clear()


def onnxruntime_version() -> str:
    """The installed runtime's version and providers, for reports.

    Raises:
        NotReady: it is not installed.
    """
    runtime = _import_onnxruntime()
    return f"onnxruntime {runtime.__version__} ({', '.join(runtime.get_available_providers())})"


def _import_onnxruntime() -> Any:  # noqa: ANN401 - onnxruntime is untyped
    # Imported at first use: reading codes needs no net, and this import takes a tenth of a second.
    try:
        import onnxruntime  # noqa: PLC0415
    except ImportError as error:
        raise NotReady("onnxruntime is not installed: install localverify[cpu] or localverify[gpu]") from error
    return onnxruntime
