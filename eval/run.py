"""Questions through the pipeline, one result row each: what was found, cited, answered, and how that scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from eval.difficulty import level_of
from eval.gold import Question
from eval.metrics import exact_match, f1, holds_answer, recall_at, reciprocal_rank
from eval.record import Row, Task, row_of
from rag.errors import ClippingsError, ModelError
from rag.llm import QUOTES
from rag.pipeline import INSTEAD, NOTHING_HELD, Found, Pipeline
from rag.records import NO_FILTERS, Answer, Claim, Filters, Query, Reading, Said, Sentence


@dataclass(frozen=True, slots=True)
class Gold:
    """The stored sentences that answer a question: (article id, place in the article) and (article id, start)."""

    keys: frozenset[tuple[str, int]]
    starts: frozenset[tuple[str, int]]


def tasks(questions: Sequence[Question], pipeline: Pipeline, llm: str) -> list[Task]:
    """Make a task of each question."""
    # Evidence names an article by its file, one of several with the same text perhaps, or by its id where a file holds several.
    sources = pipeline.store.sources
    held = [source for path in sources.paths() for source in sources.of_file(path).values()]
    articles = {Path(source.path).name: source.article_id for source in held if source.article_id}
    articles |= {info.id: info.id for info in pipeline.store.select(NO_FILTERS)}
    return [Task(question.id, partial(ask, question, pipeline, llm, articles)) for question in questions]


def ask(question: Question, pipeline: Pipeline, llm: str, articles: Mapping[str, str]) -> Row:
    """Ask a question; give its row, with what it cost in tokens if a model is asked.

    One that fails, or that a model failed at, scores 0 and says why in "error".
    """
    if llm == QUOTES:
        return _asked(question, pipeline, llm, articles)
    # It imports langchain, which quotations do without.
    from eval.tokens import metered

    with metered() as meter:
        row = _asked(question, pipeline, llm, articles)
    return row | meter.spent()


def _asked(question: Question, pipeline: Pipeline, llm: str, articles: Mapping[str, str]) -> Row:
    gold = find_gold(question, pipeline, articles)
    about = row_of(question.id, question.kind, question.text, near_miss=question.near_miss, expected=question.answers)
    about |= {"evidence": [item.quote for item in question.evidence], "level": level_of(question)}
    about |= {"turn": question.turn, "history": question.history}
    try:
        filters = _searched(question, pipeline, articles)
        found = pipeline.find(question.text, filters, history=question.history, llm=llm, asked=question.asked)
        *_, answer = pipeline.answer(found, llm)
        if failure := model_failure(answer, llm):
            raise ModelError(failure)
    except ClippingsError as error:
        return about | _failed(question, str(error))
    return about | shown(answer) | _found_scores(question, found, gold) | _answer_scores(question, answer, gold)


def _searched(question: Question, pipeline: Pipeline, articles: Mapping[str, str]) -> Filters:
    """Limit the search to what a question leaves in the collection."""
    if not question.without:
        return NO_FILTERS
    held = pipeline.store.select(NO_FILTERS)
    gone = {articles[name] for name in question.without if name in articles}
    origins = {info.origin_id for info in held if info.id in gone}
    return Filters(article_ids=tuple(info.id for info in held if info.origin_id not in origins))


def model_failure(answer: Answer, llm: str) -> str | None:
    """Say why quotations answered instead of the model; None when they were asked for, or when what it wrote did not hold."""
    failure = next((problem for problem in answer.problems if problem.endswith(INSTEAD)), None)
    return None if llm == QUOTES or not failure or failure.startswith(NOTHING_HELD.format(llm)) else failure


def find_gold(question: Question, pipeline: Pipeline, articles: Mapping[str, str]) -> Gold:
    """Find the stored sentences that the gold quotations overlap; `articles` gives the id of a file name.

    A file that was not taken holds none.
    """
    found: list[Sentence] = []
    for item in (each for each in question.evidence if each.article in articles):
        article = pipeline.store.article(articles[item.article])
        start = article.text.find(item.quote)
        end = start + len(item.quote)
        whole = pipeline.store.whole(article.info.id)
        found += [sentence for sentence in whole if sentence.span.start < end and start < sentence.span.end]
    return Gold(frozenset(each.key for each in found), frozenset((each.article.id, each.span.start) for each in found))


def shown(answer: Answer) -> Row:
    """Keep what was shown."""
    return {
        "status": answer.status,
        "refused": answer.status == "not_found",
        "short_answer": answer.short_answer,
        "premise": answer.premise,
        "claims": [asdict(claim) for claim in answer.claims],
        "said": [asdict(row) for row in answer.said],
        "quotes": [citation.quote for citation in answer.citations],
        "problems": answer.problems,
        "answerer": answer.answerer,
        "raw_reply": answer.raw_reply,
        "latency_ms": answer.timings_ms["total"],
    }


def _found_scores(question: Question, found: Found, gold: Gold) -> Row:
    """Score retrieval and ranking; None where the question has no answer to find."""
    scores: Row = {"answerability": found.reading.answerability}
    if not question.answerable:
        return scores
    ranks = [
        rank
        for rank, hit in enumerate(found.hits, 1)
        if any(article == hit.article_id and hit.first <= place <= hit.last for article, place in gold.keys)
    ]
    right = [item.sentence.key in gold.keys for item in found.reading.evidence]
    scores |= {f"recall@{k}": recall_at(ranks, k) for k in (1, 3, 5)}
    scores |= {f"sentence@{k}": float(any(right[:k])) for k in (1, 3)}
    return scores | {"mrr": reciprocal_rank(ranks), "evidence_read": float(any(right))}


def _answer_scores(question: Question, answer: Answer, gold: Gold) -> Row:
    """Score what was shown; None where a measure does not apply."""
    quotes = " ".join(citation.quote for citation in answer.citations)
    # Of a question with a false premise, what the articles say instead is no answer in short.
    single = question.answers[0] if len(question.answers) == 1 and question.kind != "false-premise" else None
    said = answer.short_answer or next((claim.text for claim in answer.claims), "")
    parts = [holds_answer(quotes, part) for part in question.answers]
    return {
        "exact_match": exact_match(said, single) if single else None,
        "f1": f1(said, single) if single else None,
        "citations_shown": len(answer.citations),
        "citations_right": sum((each.article.id, each.start) in gold.starts for each in answer.citations),
        "citation_recall": sum(parts) / len(parts) if parts else None,
        "speaker_named": _names_speaker(answer.claims, single) if question.kind == "who-said" and single else None,
        "said_right": says_who(answer.said, single, question.stance) if question.kind == "who-said" and single else None,
        "premise_told": _tells(answer.premise, question),
        "conflict_shown": float(answer.status == "conflicting") if question.kind == "conflict" else None,
        "conflict_alarms": float(answer.status == "conflicting") if single and question.kind != "conflict" else None,
    }


def _names_speaker(claims: Sequence[Claim], accepted: Sequence[str]) -> float:
    return float(any(holds_answer(claim.speaker or claim.text, accepted) for claim in claims))


def says_who(said: Sequence[Said], accepted: Sequence[str], stance: str) -> float:
    """1 when the table names an accepted speaker with the right stance, and as what was asked for; 0 without a table."""
    return float(any(row.asked and row.speech.stance == stance and holds_answer(row.speech.speaker, accepted) for row in said))


def _tells(premise: str | None, question: Question) -> float:
    """For a false premise, 1 when the answer says so with a sentence that holds what is true; for others, 1 when it says so wrongly."""
    if question.kind != "false-premise":
        return float(premise is not None)
    return float(premise is not None and any(holds_answer(premise, part) for part in question.answers))


def _failed(question: Question, error: str) -> Row:
    """Score a question that ended in an error: 0 wherever a measure applies."""
    nothing = Answer(question.text, "not_found", "", None, (), (), (), (error,), "none", None, None, {"total": 0.0})
    reading = Found(Query(question.text), (), Reading((), 0.0, False, ()), {})
    no_gold = Gold(frozenset(), frozenset())
    row = shown(nothing) | _found_scores(question, reading, no_gold) | _answer_scores(question, nothing, no_gold)
    # A question that was never asked was not rightly refused either, and gave no alarm.
    row["premise_told"] = 0.0 if question.kind == "false-premise" else None
    row["conflict_alarms"] = None
    return row | {"error": error, "refused": question.answerable, "latency_ms": None}
