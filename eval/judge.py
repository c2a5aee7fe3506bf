"""`python -m eval judge RESULTS --llm NAME`: what a language model thinks of a run's answers, beside what is measured without one.

faithfulness  of each claim: do the sentences that it cites entail it? An answer's score is the share of its claims that they do
claims        the same of the claims that a full run checks, of which it is known whether their sentences say them
relevance     of each answer: does it address its question?
The first and the last are those of RAGAS (Es et al. 2024), except that an answer is judged as it is, by yes or no.

A reply that is not YES or NO is no verdict: it scores 0, agrees with nothing, and is counted. A model's opinion is never part of the gate.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.gold import spread
from eval.html import fingerprint
from eval.metrics import bootstrap_interval, cohen_kappa, kappa_interval
from eval.record import ROWS, Row, Task, record
from eval.support import KIND as CLAIM
from rag.answer import short_reply
from rag.errors import ModelError
from rag.llm import load_model
from rag.prompts import load_prompt
from rag.reader.claims import SUPPORTED
from rag.reader.rows import read_rows
from rag.records import Support
from rag.settings import Settings
from rag.support import RANK

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FIELDS = ("id", "kind", "question", "history", "expected", "status", "claims", "quotes", "sentence@1", "exact_match")
FAITHFULNESS, CLAIMS, RELEVANCE = CRITERIA = ("faithfulness", "claims", "relevance")
# By the prompt that asks for it.
PROMPTS = {FAITHFULNESS: "judge-faithfulness", CLAIMS: "judge-faithfulness", RELEVANCE: "judge-relevance"}
VERDICTS = {"yes": True, "no": False}
MAX_REPLY_CHARS = 200


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be judged: what its prompt is told, and what is measured of it without a model. `answer` is the row that it is of."""

    id: str
    criterion: str
    answer: str
    values: dict[str, str]
    measured: dict[str, bool]


class Judge:
    """Asks a language model for verdicts."""

    def __init__(self, name: str, settings: Settings, model: BaseChatModel | None = None) -> None:
        """Set up the model that `name` names, or take `model`; raises ModelError when that cannot be done."""
        self._name, self._timeout_s = name, settings.llm_timeout_s
        self._model = model or load_model(name, settings)
        self.prompts = {criterion: load_prompt(prompt) for criterion, prompt in PROMPTS.items()}

    def ask(self, item: Item) -> Row:
        """Ask for one verdict; give its row. Where the model fails there is none, and "error" says why."""
        from rag.chain import build_plain_chain

        row = asdict(item)
        chain = build_plain_chain(self.prompts[item.criterion], self._model)
        try:
            reply = short_reply(lambda: chain.stream(item.values), self._name, self._timeout_s, max_chars=MAX_REPLY_CHARS)
        except ModelError as error:
            return row | {"verdict": None, "reply": None, "error": str(error)}
        return row | {"verdict": verdict_of(reply), "reply": reply}


def verdict_of(reply: str) -> bool | None:
    """Read a reply: its first line must be yes or no and nothing else, in any case, with a full stop or in bold; else None."""
    return VERDICTS.get(reply.partition("\n")[0].strip(" .*").casefold())


def items_of(row: Row) -> list[Item]:
    """Give what there is to be judged of a row of results."""
    id, quotes, claims = row["id"], row["quotes"], row["claims"]
    if row["kind"] == CLAIM:
        known = {"label": row["expected"][0][0] == SUPPORTED, "gate": _accepted(row["status"])}
        return [Item(id, CLAIMS, id, {"claim": row["question"], "sources": "\n".join(quotes)}, known)]
    items = []
    for number, claim in enumerate(claims, 1):
        sources = "\n".join(quotes[cited - 1] for cited in claim["citations"])
        values = {"claim": claim["text"], "sources": sources}
        items.append(Item(f"{id} claim {number}", FAITHFULNESS, id, values, {"gate": _accepted(claim["support"])}))
    if claims:
        asked = "\n".join([*(question for question, _ in row["history"]), row["question"]])
        values = {"question": asked, "answer": " ".join(claim["text"] for claim in claims)}
        measured = {name: bool(row[name]) for name in ("sentence@1", "exact_match") if row[name] is not None}
        items.append(Item(f"{id} answer", RELEVANCE, id, values, measured))
    return items


def _accepted(support: Support) -> bool:
    return RANK[support] >= RANK["partial"]


def main(arguments: Sequence[str]) -> int:
    """Judge a run, write the verdicts down as they come, and print what they say and how far they agree."""
    parser = argparse.ArgumentParser(prog="python -m eval judge", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("results", type=Path, metavar="RESULTS", help=f"the {ROWS} of a run")
    parser.add_argument("--llm", required=True, metavar="NAME", help="the judge: a model such as ollama:qwen3:4b or gguf:FILE")
    parser.add_argument("--limit", type=int, metavar="N", help="judge only N of each criterion, spread evenly over the run")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="ask for N verdicts at a time (default: 1)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the verdicts go (default: judged/ beside RESULTS)")
    parser.add_argument("--resume", action="store_true", help="keep the verdicts that an interrupted run left in --out")
    options = parser.parse_args(arguments)
    rows = read_rows([options.results], FIELDS)
    judge = Judge(options.llm, Settings.from_env(os.environ))
    out = options.out or options.results.parent / "judged"
    out.mkdir(parents=True, exist_ok=True)
    about = {"judge": options.llm, "prompts": ", ".join(dict.fromkeys(prompt.id for prompt in judge.prompts.values()))}
    about |= {"results": fingerprint([options.results])}
    verdicts = record(tasks(rows, judge, options.limit), out, about, resume=options.resume, jobs=options.jobs)
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    print(as_markdown(verdicts))
    print(f"\nevery verdict: {out / ROWS}")
    return 0


def tasks(rows: Sequence[Row], judge: Judge, limit: int | None) -> list[Task]:
    """Make a task of each thing to be judged, at most `limit` of each criterion."""
    items = [item for row in rows for item in items_of(row)]
    chosen = [item for name in CRITERIA for item in spread([each for each in items if each.criterion == name], limit)]
    return [Task(item.id, partial(judge.ask, item)) for item in chosen]


def as_markdown(verdicts: Sequence[Row]) -> str:
    """Write what was judged, and how far it agrees with what is measured: a table each."""
    by_criterion = {name: [row for row in verdicts if row["criterion"] == name] for name in CRITERIA}
    lines = ["", "| criterion | judged | yes | no | no verdict | failed | score | 95 % interval |", "|---|---|---|---|---|---|---|---|"]
    lines += [_score(name, rows) for name, rows in by_criterion.items() if rows]
    lines += ["", "| criterion | measured by | n | the same | Cohen's kappa | 95 % interval |", "|---|---|---|---|---|---|"]
    for name, rows in by_criterion.items():
        lines += [_agreement(name, measure, rows) for measure in dict.fromkeys(measure for row in rows for measure in row["measured"])]
    return "\n".join(lines)


def _score(name: str, rows: Sequence[Row]) -> str:
    """Write the mean over the answers of the share of their parts that the judge says yes to."""
    answers: defaultdict[str, list[bool]] = defaultdict(list)
    for row in rows:
        answers[row["answer"]].append(row["verdict"] is True)
    shares = [float(np.mean(own)) for own in answers.values()]
    low, high = bootstrap_interval(shares)
    counts = Counter(row["verdict"] for row in rows)
    failed = sum("error" in row for row in rows)
    numbers = f"{len(rows)} | {counts[True]} | {counts[False]} | {counts[None] - failed} | {failed}"
    return f"| {name} | {numbers} | {np.mean(shares):.3f} | [{low:.3f}, {high:.3f}] |"


def _agreement(name: str, measure: str, rows: Sequence[Row]) -> str:
    own = [row for row in rows if measure in row["measured"]]
    judged, measured = [row["verdict"] for row in own], [row["measured"][measure] for row in own]
    same = np.mean([one == other for one, other in zip(judged, measured, strict=True)])
    if len(set(measured)) == 1:
        return f"| {name} | {measure} | {len(own)} | {same:.3f} | – | all are {str(measured[0]).lower()} |"
    low, high = kappa_interval(judged, measured)
    return f"| {name} | {measure} | {len(own)} | {same:.3f} | {cohen_kappa(judged, measured):.3f} | [{low:.3f}, {high:.3f}] |"
