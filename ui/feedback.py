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

from rag.contract import answer_json
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

    def draft(self, answer: Answer) -> Path:
        """Write an answer down as a gold question to be corrected; give the file. Raises OSError when it cannot be written."""
        return self._append(DRAFTS, gold_draft(answer))

    def _append(self, name: str, row: Mapping[str, Any]) -> Path:
        file = self.folder / name
        with self._writing:
            self.folder.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return file


def gold_draft(answer: Answer) -> dict[str, Any]:
    """Give a gold question in the form of eval/gold, as far as an answer tells: a person must correct it before it is used."""
    found = answer.status != "not_found"
    return {
        "id": f"draft-{_now()}",
        "kind": "fact" if found else "unanswerable",
        "question": answer.question,
        "answers": [[answer.short_answer or answer.claims[0].text]] if found else [],
        "evidence": [{"article": Path(each.article.path).name, "quote": each.quote} for each in answer.citations],
        "note": "draft from the page: check kind, answers and evidence, and give it an id",
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
