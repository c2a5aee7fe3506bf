"""`python -m eval check`: whether the gold questions, nuggets and events are sound, before anything is measured with them.

Wrong are lines of another form, unknown kinds and articles, repeated ids, and quotations that do not stand in their article. Worth
a look are answers that no quotation holds, questions that say nearly the same, and articles that nobody asks about.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

from eval.difficulty import LEVELS, level_of
from eval.gold import FOLDER, KINDS, Question, load_gold
from eval.key_facts import load_events, load_nuggets
from eval.metrics import holds_answer
from rag.clean import clean
from rag.load import find_files, load
from rag.records import RawDocument
from rag.words import stems

# Jaccard index of two questions' words from which they say nearly the same.
ALIKE = 0.8


def main(arguments: Sequence[str], corpus: Path) -> int:
    """Check, print the balance and what is worth a look; raises InputError with everything that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m eval check", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gold", nargs="+", type=Path, metavar="FILE", help="gold files (default: all of eval/gold)")
    parser.add_argument("--articles", type=Path, default=corpus, metavar="DIR", help="the collection that they are about")
    options = parser.parse_args(arguments)
    texts = {file.name: clean(raw).text for file in find_files([options.articles]) for raw in load(file) if isinstance(raw, RawDocument)}
    questions = load_gold(options.gold or sorted(FOLDER.glob("*.jsonl")), texts)
    kinds = Counter(question.kind for question in questions)
    levels = Counter(level_of(question) for question in questions)
    turns = Counter(question.dialogue for question in questions if question.dialogue)
    near = sum(question.near_miss for question in questions)
    print(f"{len(questions)} questions about {len(texts)} articles; every quotation stands in its article")
    print(", ".join(f"{kind} {kinds[kind]}" for kind in KINDS) + f"; {near} near misses")
    print(", ".join(f"{level} {levels[level]}" for level in LEVELS) + f"; {turns.total()} of them turns of {len(turns)} dialogues")
    for remark in remarks(questions, texts):
        print(f"worth a look: {remark}")
    if not options.gold:
        print(key_facts(texts))
    return 0


def key_facts(texts: Mapping[str, str]) -> str:
    """Count what summaries and timelines are measured by; raises InputError with everything that is wrong with it."""
    nuggets, events = load_nuggets(texts), load_events(texts)
    vital = sum(nugget.importance == "vital" for nugget in nuggets)
    articles, topics = ({getattr(nugget, of) for nugget in nuggets} - {None} for of in ("article", "topic"))
    return (
        f"{len(nuggets)} nuggets, {vital} of them vital, about {len(articles)} articles and {len(topics)} topics; "
        f"{len(events)} events of {len({event.topic for event in events})} topics"
    )


def remarks(questions: Sequence[Question], texts: Mapping[str, str]) -> list[str]:
    """Say what may be meant so, but should be looked at."""
    found = []
    for question in questions:
        quotes = " ".join(item.quote for item in question.evidence)
        found += [
            f"{question.id}: no quotation holds {' or '.join(map(repr, part[:3]))}; the answer may be worded otherwise there"
            for part in question.answers
            if not holds_answer(quotes, part)
        ]
    words = {question.id: stems(question.text) for question in questions if not question.history}
    for (one, first), (other, second) in combinations(words.items(), 2):
        if len(first & second) >= ALIKE * len(first | second):
            found.append(f"{one} and {other} ask nearly the same")
    asked = {item.article for question in questions for item in question.evidence}
    return found + [f"nobody asks about {article}" for article in sorted(texts.keys() - asked)]
