"""What readers think of answers, kept on this machine: one JSON object a line, and drafts of gold questions for the evaluation.

Both are in the home's folder `feedback`; nothing is sent anywhere.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from eval.gold import DRAFT
from rag.contract import answer_json
from rag.pipeline import History
from rag.records import Answer

Verdict = Literal["good", "bad", "withdrawn"]
VERDICTS = "verdicts.jsonl"
DRAFTS = "gold-drafts.jsonl"


class Feedback:
    """Appends to the files of one folder, from several threads."""

    def __init__(self, folder: Path) -> None:
        """The folder is made when there is something to keep."""
        self.folder = folder
        self._writing = threading.Lock()

    def keep(self, answer: Answer, verdict: Verdict) -> None:
        """Keep what a reader thinks of an answer; raises OSError when it cannot be written."""
        self._append(VERDICTS, {"time": _now(), "verdict": verdict, "question": answer.question, "answer": answer_json(answer)})

    def draft(self, answer: Answer, history: History = ()) -> Path:
        """Write an answer down as a gold question to be corrected; give the file. Raises OSError when it cannot be written."""
        return self._append(DRAFTS, gold_draft(answer, history))

    def _append(self, name: str, row: Mapping[str, Any]) -> Path:
        file = self.folder / name
        with self._writing:
            self.folder.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return file


def gold_draft(answer: Answer, history: History = ()) -> dict[str, Any]:
    """Give a gold question in the form of eval/gold, as far as an answer tells: a run refuses it until a person has corrected it.

    `history` holds the (question, answer) pairs before it; it is kept of a question that leaned on them.
    """
    found = answer.status != "not_found"
    leaned = answer.searched_for is not None and bool(history)
    return {
        "id": f"draft-{_now()}",
        "status": DRAFT,
        "kind": "unanswerable" if not found else "follow-up" if leaned else "fact",
        "question": answer.question,
        **({"history": [{"question": asked, "answer": said} for asked, said in history]} if leaned else {}),
        "answers": [[answer.short_answer or answer.claims[0].text]] if found else [],
        "evidence": [{"article": Path(each.article.path).name, "quote": each.quote} for each in answer.citations],
        "note": "draft from the page: check kind, answers and evidence, give it an id, then take out status and note",
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
