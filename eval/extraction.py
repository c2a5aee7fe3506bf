"""`python -m eval.extraction`: how well the story and the date are read out of saved web pages, beside the libraries' own settings.

--pages is a folder of the article extraction benchmark (scrapinghub/article-extraction-benchmark: ground-truth.json, html/ID.html.gz),
--dates one of htmldate's evaluation (gold.json: address to {"file", "date"}, html/FILE or html/FILE.gz).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import justext
import numpy as np
import trafilatura
from htmldate import find_date
from lxml.html import fromstring
from trafilatura.readability_lxml import Document as Readability

from eval.metrics import bootstrap_interval
from rag.errors import ClippingsError, InputError
from rag.formats.webpage import read_page

SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")


class Overlap(NamedTuple):
    """How a found text agrees with the true one: shares of the shingles of both (they sum to 1, or are all 0)."""

    right: float
    extra: float
    missed: float


class Scores(NamedTuple):
    """Means over `n` pages."""

    precision: float
    recall: float
    f1: float
    n: int


class DateRates(NamedTuple):
    """Shares of `n` pages whose date is right, is wrong, or is not given."""

    right: float
    wrong: float
    none: float
    n: int


def overlap(true: str, found: str) -> Overlap:
    """Compare two texts as multisets of shingles of 4 words; each page weighs the same (article extraction benchmark).

    "a b c d e" against "b c d e f": 1 of 3 shingles is in both, 1 is extra, 1 missed.
    """
    wanted, given = _shingles(true), _shingles(found)
    counts = [(wanted & given).total(), (given - wanted).total(), (wanted - given).total()]
    return Overlap(*(count / (sum(counts) or 1) for count in counts))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    shingles = (tuple(words[start : start + SHINGLE_WORDS]) for start in range(max(1, len(words) - SHINGLE_WORDS + 1)))
    return Counter(shingle for shingle in shingles if shingle)


def scores(pages: Sequence[Overlap]) -> Scores:
    """Give mean precision and recall over the pages, and the F1 of the two means (article extraction benchmark).

    A page where nothing was found has no precision; one where nothing is to be found has no recall.
    """
    precision = _mean(page.right / (page.right + page.extra) for page in pages if page.right + page.extra)
    recall = _mean(page.right / (page.right + page.missed) for page in pages if page.right + page.missed)
    return Scores(precision, recall, 2 * precision * recall / (precision + recall or 1), len(pages))


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0


def f1_interval(pages: Sequence[Overlap], samples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """Give the 95 % interval of F1 by the percentile bootstrap over pages (Efron 1979), as the benchmark does."""
    draws = np.random.default_rng(seed).integers(len(pages), size=(samples, len(pages)))
    low, high = np.percentile([scores([pages[place] for place in draw]).f1 for draw in draws], [2.5, 97.5])
    return float(low), float(high)


def date_rates(true: Sequence[str], found: Sequence[str | None]) -> DateRates:
    """Give the shares of pages whose date (ISO) is right, wrong and not given; a wrong date is worse than none."""
    pairs = list(zip(true, found, strict=True))
    right, none = sum(one == other for one, other in pairs), sum(other is None for _, other in pairs)
    n = len(pairs) or 1
    return DateRates(right / n, (len(pairs) - right - none) / n, none / n, len(pairs))


def _ours(html: str) -> str:
    try:
        return read_page(html, "page")[0]
    except InputError:
        return ""


def _our_date(html: str) -> str | None:
    try:
        return read_page(html, "page")[1].published
    except InputError:
        return None


def _trafilatura(html: str, **settings: Any) -> str:
    return trafilatura.extract(html, include_comments=False, **settings) or ""


def _readability(html: str) -> str:
    return "\n".join(fromstring(Readability(trafilatura.load_html(html)).summary()).itertext())


def _justext(html: str) -> str:
    paragraphs = justext.justext(html.encode(), justext.get_stoplist("English"), encoding="utf-8")
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


READERS: Mapping[str, Callable[[str], str]] = {
    "ours": _ours,
    "trafilatura": _trafilatura,
    "trafilatura, precision": lambda html: _trafilatura(html, favor_precision=True),
    "trafilatura, recall": lambda html: _trafilatura(html, favor_recall=True),
    "readability": _readability,
    "justext": _justext,
}
DATERS: Mapping[str, Callable[[str], str | None]] = {
    "ours": _our_date,
    "htmldate": find_date,
    "htmldate, original date": lambda html: find_date(html, original_date=True),
    "htmldate, no extensive search": lambda html: find_date(html, original_date=True, extensive_search=False),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a line a setting; give the exit status (0 done, 1 an error that is explained, 2 wrong usage)."""
    parser = argparse.ArgumentParser(prog="python -m eval.extraction", description="Score the reading of saved web pages.")
    parser.add_argument("--pages", type=Path, metavar="DIR", help="pages with their true texts")
    parser.add_argument("--dates", type=Path, metavar="DIR", help="pages with their true dates")
    options = parser.parse_args(arguments)
    if not (options.pages or options.dates):
        parser.error("give --pages, --dates or both")
    try:
        lines = [*(_text_lines(options.pages) if options.pages else ()), *(_date_lines(options.dates) if options.dates else ())]
    except ClippingsError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def _text_lines(folder: Path) -> list[str]:
    pages = [
        (_page(folder / "html" / f"{key}.html"), row["articleBody"]) for key, row in _listed(folder / "ground-truth.json", "articleBody")
    ]
    lines = [f"{'text':32}{'precision':>10}{'recall':>10}{'F1':>10}{'95 % interval':>18}{'n':>6}"]
    for name, reader in READERS.items():
        compared = [overlap(true, reader(html)) for html, true in pages]
        precision, recall, f1, n = scores(compared)
        low, high = f1_interval(compared)
        lines.append(f"{name:32}{precision:10.3f}{recall:10.3f}{f1:10.3f}{f'[{low:.3f}, {high:.3f}]':>18}{n:6}")
    return lines


def _date_lines(folder: Path) -> list[str]:
    pages = [(_page(folder / "html" / row["file"]), row["date"]) for _, row in _listed(folder / "gold.json", "file", "date")]
    lines = [f"{'date':32}{'right':>10}{'wrong':>10}{'none':>10}{'95 % of right':>18}{'n':>6}"]
    for name, dater in DATERS.items():
        found = [dater(html) for html, _ in pages]
        right, wrong, none, n = date_rates([true for _, true in pages], found)
        low, high = bootstrap_interval([float(one == true) for one, (_, true) in zip(found, pages, strict=True)])
        lines.append(f"{name:32}{right:10.3f}{wrong:10.3f}{none:10.3f}{f'[{low:.3f}, {high:.3f}]':>18}{n:6}")
    return lines


def _listed(file: Path, *fields: str) -> list[tuple[str, dict[str, Any]]]:
    """Read the list of pages; every row has the fields."""
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        if not rows or not all(isinstance(row.get(field), str) for row in rows.values() for field in fields):
            raise ValueError(f"every row needs the texts {', '.join(fields)}")
    except (OSError, AttributeError, ValueError) as error:
        raise InputError(f"{file}: not a list of pages ({type(error).__name__}: {error}); see the top of eval/extraction.py") from error
    return list(rows.items())


def _page(file: Path) -> str:
    packed = file.with_name(file.name + ".gz")
    try:
        data = gzip.decompress(packed.read_bytes()) if packed.exists() else file.read_bytes()
    except (OSError, EOFError) as error:
        raise InputError(f"{file}: the page cannot be read ({error}); the folder html/ must hold it, packed as .gz or as it is") from error
    return data.decode("utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
