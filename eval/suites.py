"""What `python -m eval` measures by name: the gold questions, a sample of them for a commit, or all that there is."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from eval import support
from eval.gold import Question
from eval.injection import __main__ as injection
from eval.record import Task
from eval.run import tasks
from rag.pipeline import Pipeline
from rag.reader.rows import CLAIM_FIELDS, read_rows

SUITES = {
    "gold": "all gold questions (the default)",
    "quick": "a fixed sample of them, of every kind its share",
    "full": "all of them, the injection cases, and the claims",
}
QUICK_QUESTIONS = 80
CLAIMS = Path(__file__).parent / "claims.jsonl"


def suite_tasks(suite: str, questions: Sequence[Question], pipeline: Pipeline, llm: str) -> list[Task]:
    """Make the tasks of a suite."""
    if suite == "quick":
        return tasks(sample(questions, QUICK_QUESTIONS), pipeline, llm)
    asked = tasks(questions, pipeline, llm)
    if suite == "full":
        asked += injection.tasks(pipeline.settings, llm)
        asked += support.tasks(read_rows([CLAIMS], ("id", *CLAIM_FIELDS)), pipeline.reader)
    return asked


def sample(questions: Sequence[Question], size: int) -> list[Question]:
    """Choose about `size` questions, of every kind its share and at least one, in the order that they stand in.

    Which ones is decided by a hash of their ids, so a question that is added later changes little.
    """
    kinds = defaultdict(list)
    for question in sorted(questions, key=lambda each: hashlib.sha256(each.id.encode()).digest()):
        kinds[question.kind].append(question.id)
    chosen = {id for ids in kinds.values() for id in ids[: max(1, round(size * len(ids) / len(questions)))]}
    return [question for question in questions if question.id in chosen]
