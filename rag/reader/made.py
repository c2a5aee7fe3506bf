"""`python -m rag.reader.made --articles FILE … --out DIR`: training rows that a program makes of articles, without annotation.

Questions: a name or number that recurs in an article is asked for by one of its sentences, and answered by another (recurring
span selection, Ram et al. 2021). Claims: a sentence as it stands, with a name or number exchanged or a "not" put in or taken out,
or beside other sentences of its article (as FactCC, Kryscinski et al. 2020, made its training set).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from rag.errors import explained
from rag.reader.claims import SUPPORTED
from rag.reader.examples import NAME
from rag.reader.rows import Row, read_rows
from rag.records import Span
from rag.split import split_sentences
from rag.words import find_whole, stems

MIN_WORDS, MAX_WORDS = 8, 45
# Words that the asking sentence and the answering one must share beside the answer: otherwise nothing leads from one to the other.
LEAST_SHARED = 2
ASKING = {False: ("who", "what", "which"), True: ("how many", "how much")}
_VERB = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|did|does|do)\b(?! not\b|n[’'])")
_NOT = re.compile(r" not\b")


def cloze_rows(article: Row, count: int, rng: random.Random) -> list[Row]:
    """Make up to `count` questions of an article of {title, text}; the asking sentence is cut out of the context."""
    text: str = article["text"]
    sentences = [(span, stems(span.text)) for span in split_sentences(text)]
    rows = []
    for asking, words in sentences:
        if not _usable(asking):
            continue
        for match in NAME.finditer(asking.text):
            rest = asking.text[: match.start()] + asking.text[match.end() :]
            wanted = words - stems(match[0])
            places = [
                (len(wanted & others), other.start + place)
                for other, others in sentences
                if other is not asking and (place := find_whole(match[0], other.text)) is not None
            ]
            shared, start = max(places, default=(0, 0))
            if shared < LEAST_SHARED or match[0] in rest:
                continue
            word = rng.choice(ASKING[match[0][0].isdigit()])
            rows.append(
                {"source": "cloze", "title": article["title"], "answer": match[0]}
                | {"question": f"{asking.text[: match.start()]}{word}{asking.text[match.end() :]}"}
                | {"context": text[: asking.start] + text[asking.end :]}
                | {"start": start - (len(asking.text) if asking.start < start else 0)}
            )
    return rng.sample(rows, min(count, len(rows)))


def made_claims(article: Row, count: int, rng: random.Random) -> list[Row]:
    """Make up to `count` claims of an article of {title, text}, two in five of them supported."""
    sentences = split_sentences(article["text"])
    names = sorted({match[0] for match in NAME.finditer(article["text"])})
    usable = [place for place, span in enumerate(sentences) if _usable(span)]
    rows = []
    for n, place in enumerate(rng.sample(usable, min(count, len(usable)))):
        text = sentences[place].text
        evidence = [span.text for span in sentences[max(0, place - rng.randint(0, 1)) : place + 1]]
        kind = n % 5
        claim, edit = (kind == 0 and _exchanged(text, names, rng)) or (kind == 1 and _turned(text)) or (text, None)
        if kind == 2 and place > 1:
            evidence, edit = [span.text for span in sentences[place - 2 : place]], "elsewhere"
        label = "not_supported" if edit else SUPPORTED
        rows.append({"source": "made", "title": article["title"], "claim": claim, "evidence": evidence, "edit": edit, "label": label})
    return rows


def _usable(span: Span) -> bool:
    return MIN_WORDS <= len(span.text.split()) <= MAX_WORDS and span.text.rstrip("”\"'’)")[-1:] in {".", "!", "?"}


def _exchanged(text: str, names: Iterable[str], rng: random.Random) -> tuple[str, str] | None:
    """Put another name or number of the article in the place of one; None when there is none."""
    found = list(NAME.finditer(text))
    if not found:
        return None
    old = rng.choice(found)
    number = old[0][0].isdigit()
    others = [name for name in names if name[0].isdigit() is number and name not in text and old[0] not in name]
    if not others:
        return None
    return text[: old.start()] + rng.choice(others) + text[old.end() :], "number" if number else "name"


def _turned(text: str) -> tuple[str, str] | None:
    """Take a "not" out, or put one in behind the first verb that takes one; None when there is neither."""
    if _NOT.search(text):
        return _NOT.sub("", text, count=1), "negation"
    if _VERB.search(text):
        return _VERB.sub(r"\1 not", text, count=1), "negation"
    return None


def main() -> None:
    """Read the command line, and write the rows."""
    parser = argparse.ArgumentParser(prog="python -m rag.reader.made", description=__doc__)
    parser.add_argument("--articles", nargs="+", type=Path, required=True, metavar="FILE", help=".jsonl.gz of {title, text}")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where questions.jsonl and claims.jsonl are written")
    parser.add_argument("--each", type=int, default=8, metavar="N", help="questions, and claims, of each article at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    articles = read_rows(options.articles, ("title", "text"))
    options.out.mkdir(parents=True, exist_ok=True)
    for name, make in (("questions", cloze_rows), ("claims", made_claims)):
        rows = [row for article in articles for row in make(article, options.each, rng)]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (options.out / f"{name}.jsonl").write_text(text, encoding="utf-8")
        sys.stderr.write(f"{name}.jsonl: {len(rows)} rows of {len(articles)} articles\n")


if __name__ == "__main__":
    with explained():
        main()
