"""`python -m rag.reader.teacher --model NAME … --label FILE … --out FOLDER`: let a language model teach the reader.

A language model, too large to ship with the reader, learns the reader's own task from the same rows and lists (rag/reader/train.py),
and then says of every sentence of the lists of --label what its logits are. The reader learns from these beside the labels
(knowledge distillation, Hinton et al. 2015): it is told how likely every sentence is, not only which one is marked.

The model is a decoder, read in both directions: every token sees all others, as in an encoder (BehnamGhader et al. 2024).

With `--reader FILE` a released reader labels, as it is: one that goes on to learn something else from its weights, and these lists
beside it, forgets less of what it knew (learning without forgetting, Li and Hoiem 2016).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tqdm import tqdm
from transformers import AutoModel

from rag.errors import InputError, explained
from rag.reader.lists import LIST_FIELDS
from rag.reader.loss import sentence_scores
from rag.reader.rows import Row, read_rows
from rag.reader.tokens import collate, encode_texts, sentence_tokens, training_tokenizer
from rag.reader.train import DIM, SpanModel, arguments, check_given, encoder, fit, half_precision
from rag.reader.weights import released_weights

# As many of a list's best hits are labelled.
DEPTH = 10
# Logits are kept to so many digits.
DIGITS = 2


class TwoWay(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by mypy
    """A decoder whose tokens see those after them as well."""

    def __init__(self, name: str) -> None:
        """Load it from the model hub or a folder.

        Raises:
            InputError: there is no such model; names it.
        """
        super().__init__()
        try:
            self.decoder = AutoModel.from_pretrained(name, attn_implementation="sdpa", dtype=torch.float32)
        except (OSError, ValueError) as error:
            reason = str(error).partition("\n")[0]
            raise InputError(f"{name}: no language model can be loaded ({reason}); give a name on the model hub or a folder") from error
        self.decoder.get_input_embeddings().requires_grad_(False)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> Any:
        """Give what the decoder gives; `last_hidden_state` is (batch, tokens, dim). It knows no types of tokens."""
        seen = attention_mask[:, None, None, :].bool().expand(-1, 1, token_type_ids.shape[1], -1)
        return self.decoder(input_ids=input_ids, attention_mask=seen, use_cache=False)


def teach(options: argparse.Namespace) -> None:
    """Train the teacher, or take it as it is, and write each file of --label under its name into --out, with what the teacher says."""
    lists = {file.name: read_rows([file], LIST_FIELDS) for file in options.label}
    torch.manual_seed(options.seed)
    model = _released(options.reader) if options.reader else _decoder(options.language_model)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.language_model:
        fit(model, options)
    model.to(options.device).eval()
    tokenizer = training_tokenizer(options.language_model)
    for name, rows in lists.items():
        with gzip.open(options.out / name, "wt", encoding="utf-8") as out:
            for row in tqdm(rows, desc=name, unit="list", file=sys.stderr):
                out.write(json.dumps(labelled(row, model, tokenizer, options.device), ensure_ascii=False) + "\n")


def _decoder(name: str) -> SpanModel:
    both_ways = TwoWay(name)
    return SpanModel(both_ways, both_ways.decoder.config.hidden_size)


def _released(file: Path) -> SpanModel:
    model = SpanModel(encoder(), DIM)
    model.load_state_dict(released_weights(file))
    return model


def labelled(row: Row, model: SpanModel, tokenizer: Tokenizer, device: str) -> Row:
    """Give a list with "taught" in its first DEPTH passages."""
    passages: Sequence[Mapping[str, Any]] = row["passages"][:DEPTH]
    if not passages:
        return row
    texts = encode_texts(tokenizer, [(row["question"], passage["text"]) for passage in passages])
    found = [sentence_tokens(text.places, passage["sentences"]) for text, passage in zip(texts, passages, strict=True)]
    with torch.no_grad(), half_precision(device):
        logits, _ = model(**collate(texts, device))
    read = torch.stack(sentence_scores(logits.float(), [[each for each in own if each] for own in found]), dim=1)
    said = iter([[round(value, DIGITS) for value in each] for each in read.tolist()])
    taught = [{**passage, "taught": [each and next(said) for each in own]} for passage, own in zip(passages, found, strict=True)]
    return row | {"passages": [*taught, *row["passages"][DEPTH:]]}


def main() -> None:
    """Read the command line, train and label."""
    parser = arguments("rag.reader.teacher", __doc__)
    parser.add_argument("--model", dest="language_model", metavar="NAME", help="a language model of the hub, or its folder")
    parser.add_argument("--reader", type=Path, metavar="FILE", help="the ONNX file of a reader that labels instead, and learns nothing")
    parser.add_argument(
        "--label", nargs="+", type=Path, required=True, metavar="FILE", help="lists to label, as .jsonl.gz; each of another name"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the labelled lists are written")
    options = parser.parse_args()
    if bool(options.language_model) == bool(options.reader):
        parser.error("give either --model or --reader")
    if options.language_model:
        check_given(options, parser)
    if len({file.name for file in options.label}) < len(options.label):
        parser.error("two files of --label have one name: they would be written into one; rename one")
    teach(options)


if __name__ == "__main__":
    with explained():
        main()
