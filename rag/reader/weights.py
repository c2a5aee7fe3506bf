"""The reader's weights as a file: a trained model to 8-bit ONNX, and released files back to weights that training can go on from."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rag.errors import InputError

OPSET = 17
ATTENTION = "aten::scaled_dot_product_attention"


def export(model: torch.nn.Module, out: Path) -> None:
    """Write the model as ONNX with 8-bit weights (dynamic quantization, per channel), for one text at a time.

    The graph takes input_ids and token_type_ids (1, token), and gives what the model gives.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    example = torch.ones((1, 8), dtype=torch.int64)
    whole = out.with_suffix(".fp32.onnx")
    with warnings.catch_warnings(), _fused_attention(model.encoder.config.num_attention_heads):
        # The tracer warns of branches that do not depend on the input here; a test compares what the file gives with the model.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (example, None, example),
            str(whole),
            input_names=["input_ids", "token_type_ids"],
            output_names=["logits", "entailment"],
            dynamic_axes={name: {1: "token"} for name in ("input_ids", "token_type_ids", "logits")},
            opset_version=OPSET,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )
    quantize_dynamic(whole, out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm", "Gather"])


@contextmanager
def _fused_attention(heads: int) -> Iterator[None]:
    """Let attention of so many heads be exported as one operation of onnxruntime. It takes no mask: nothing is padded.

    In its parts, with a mask, it took more than half of the time inside the model.
    """

    def fused(graph: Any, query: Any, key: Any, value: Any, *_: Any) -> Any:
        """Each is (1, heads, tokens, dim); the operation takes and gives (1, tokens, heads * dim)."""

        def reshaped(vectors: Any, shape: list[int]) -> Any:
            return graph.op("Reshape", vectors, graph.op("Constant", value_t=torch.tensor(shape)))

        joined = [reshaped(graph.op("Transpose", each, perm_i=[0, 2, 1, 3]), [0, 0, -1]) for each in (query, key, value)]
        made = graph.op("com.microsoft::MultiHeadAttention", *joined, num_heads_i=heads)
        made.setType(joined[0].type())
        return graph.op("Transpose", reshaped(made, [0, 0, heads, -1]), perm_i=[0, 2, 1, 3])

    torch.onnx.register_custom_op_symbolic(ATTENTION, fused, OPSET)
    try:
        yield
    finally:
        torch.onnx.unregister_custom_op_symbolic(ATTENTION, OPSET)


def released_weights(file: Path) -> dict[str, torch.Tensor]:
    """Read the weights of a model that `export` wrote, by their names in SpanModel, back from 8 bit to float32.

    A quantized weight q with scale s and zero point z is s (q - z), per output channel.

    Raises:
        InputError: there is no such file; names it.
    """
    import onnx
    from onnx.numpy_helper import to_array

    if not file.exists():
        raise InputError(f"{file}: there is no such file; name the ONNX file of a reader, such as rag/reader/reader.onnx")
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
