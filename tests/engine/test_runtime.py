from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from localverify.config import EngineSettings
from localverify.engine.runtime import Limiter, Runtime, usable_processors
from localverify.engine.weights import WeightStore, import_weights
from localverify.errors import Busy, NotReady

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    shared = Runtime(EngineSettings(threads=2, batch=4), WeightStore())
    yield shared
    shared.close()


def eyes(count: int) -> np.ndarray:
    return np.random.default_rng(3).random((count, 1, 24, 24), dtype=np.float32)


def test_one_by_one_and_in_batches_give_the_same(runtime: Runtime):
    net, batch = runtime.net("fr_eye"), eyes(9)

    (together,) = net.run(batch)
    alone = np.concatenate([net.run(item[None])[0] for item in batch])

    assert together.shape == (9, 2)
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_an_empty_batch_answers_nothing(runtime: Runtime):
    assert runtime.net("fr_eye").run(eyes(0)) == ()


def test_a_net_is_loaded_once_and_shared(runtime: Runtime):
    assert runtime.net("fr_eye") is runtime.net("fr_eye")
    assert runtime.loaded() == ("fr_eye",)


def test_a_net_with_a_fixed_batch_axis_runs_item_by_item(tmp_path: Path):
    onnx = pytest.importorskip("onnx")
    model = onnx.load(WeightStore().get("fr_eye").path)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    onnx.save(model, tmp_path / "eye.onnx")
    import_weights(tmp_path / "own", tmp_path / "eye.onnx", "fixed", "MIT", "fr_eye")
    runtime = Runtime(EngineSettings(threads=1), WeightStore([tmp_path / "own"]))

    assert runtime.net("fixed").run(eyes(3))[0].shape == (3, 2)
    runtime.close()


def test_the_device_is_a_contract():
    runtime = Runtime(EngineSettings(device="cuda"), WeightStore())
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this machine has the CUDA provider")
    with pytest.raises(NotReady, match="'cuda' was asked for"):
        runtime.net("fr_eye")
    runtime.close()


def test_a_file_that_is_no_model_is_not_ready(tmp_path: Path):
    (tmp_path / "net.onnx").write_bytes(b"no model")
    import_weights(tmp_path / "own", tmp_path / "net.onnx", "net", "MIT", "here")
    runtime = Runtime(EngineSettings(), WeightStore([tmp_path / "own"]))

    with pytest.raises(NotReady, match="cannot load"):
        runtime.net("net")
    runtime.close()


def test_who_waits_too_long_for_a_slot_is_told_so():
    limiter = Limiter(1, deadline_s=0.05)

    with limiter.slot(), pytest.raises(Busy), limiter.slot():
        pass
    with limiter.slot():
        pass


def test_map_keeps_the_order_and_raises_what_an_item_raises(runtime: Runtime):
    assert runtime.map(lambda n: n * n, range(20)) == [n * n for n in range(20)]
    with pytest.raises(ZeroDivisionError):
        runtime.map(lambda n: 1 // n, [1, 0])


def test_map_inside_map_does_not_lock_up(runtime: Runtime):
    def inner(n: int) -> list[int]:
        return runtime.map(lambda m: n + m, range(3))

    assert runtime.map(inner, range(6)) == [[n, n + 1, n + 2] for n in range(6)]


def test_map_uses_every_worker(runtime: Runtime):
    barrier = threading.Barrier(2, timeout=10)

    assert runtime.map(lambda _: barrier.wait() >= 0, range(2)) == [True, True]


@pytest.mark.parametrize("count", [0, 1, 2, 5, 8, 9])
def test_map_batches_splits_for_the_workers_and_keeps_the_order(runtime: Runtime, count: int):
    sizes: list[int] = []

    def double(part: list[int]) -> list[int]:
        sizes.append(len(part))
        time.sleep(0.001)
        return [2 * n for n in part]

    assert runtime.map_batches(double, list(range(count))) == [2 * n for n in range(count)]
    assert all(size <= 4 for size in sizes)
    assert count < 2 or len(sizes) >= 2


def test_there_is_always_a_processor():
    assert usable_processors() >= 1
