"""The reader's weights as a file: a trained model to 8-bit ONNX, and released files back to weights that training can go on from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch


def export(model: torch.nn.Module, out: Path) -> None:
    """Write the model as ONNX with 8-bit weights (dynamic quantization, per channel)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "token"}
    names = ["input_ids", "attention_mask", "token_type_ids"]
    whole = out.with_suffix(".fp32.onnx")
    torch.onnx.export(
        model,
        (example, example, example),
        str(whole),
        input_names=names,
        output_names=["logits", "entailment"],
        dynamic_axes=dict.fromkeys([*names, "logits"], axes) | {"entailment": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(whole, out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm", "Gather"])


def released_weights(file: Path) -> dict[str, torch.Tensor]:
    """Read the weights of a model that `export` wrote, by their names in SpanModel, back from 8 bit to float32.

    A quantized weight q with scale s and zero point z is s (q - z), per output channel.
    """
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(file).graph
    values = {each.name: to_array(each) for each in graph.initializer}

    def whole(name: str) -> Any:
        low, scale = values[f"{name}_zero_point"].astype(np.float32), values[f"{name}_scale"]
        return (values[f"{name}_quantized"].astype(np.float32) - low) * scale

    weights = {name: value for name, value in values.items() if name.endswith((".weight", ".bias"))}
    weights |= {
        name.removesuffix("_quantized"): whole(name.removesuffix("_quantized")) for name in values if name.endswith("weight_quantized")
    }
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            # "/encoder/encoder/layer.0/output/dense/MatMul_quant" multiplies by the transposed weight of that layer.
            layer = node.name.strip("/").rpartition("/")[0].replace("/", ".")
            weights[f"{layer}.weight"] = whole(node.input[1].removesuffix("_quantized")).T
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in weights.items()}


def average(models: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Average the weights of models that were fine-tuned from the same ones (model soups, Wortsman et al. 2022)."""
    return {name: torch.stack([weights[name] for weights in models]).mean(dim=0) for name in models[0]}
