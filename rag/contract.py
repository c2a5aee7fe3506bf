"""Records into the JSON objects of the command line. The field names are stable; new ones may be added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.records import (
    Answer,
    Article,
    ArticleInfo,
    Brief,
    Citation,
    Claim,
    Disagreement,
    Listing,
    QuoteCheck,
    Said,
    Scope,
    Sentence,
    Summary,
    SyncReport,
    Timeline,
    Value,
)

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """Give an answer as `ask --json` prints it."""
    return {
        "question": answer.question,
        "searched_for": answer.searched_for,
        "status": answer.status,
        "answer": answer.text,
        "short_answer": answer.short_answer,
        "premise": answer.premise,
        "values": [_value(value) for value in answer.values],
        "said": [_said(row, answer.citations[row.citation - 1]) for row in answer.said],
        "scope": _scope(answer.scope) if answer.scope else None,
        "claims": [_claim(claim) for claim in answer.claims],
        "citations": [_citation(citation) for citation in answer.citations],
        "newest_evidence": answer.newest,
        "origins": {"articles": answer.articles, "origins": answer.origins},
        "nearest": [_near(sentence) for sentence in answer.nearest],
        "problems": list(answer.problems),
        "answerer": answer.answerer,
        "prompt_id": answer.prompt_id,
        "timings_ms": {name: round(value, 2) for name, value in answer.timings_ms.items()},
    }


def summary_json(summary: Summary) -> Json:
    """Give a summary as `summarize --json` prints it."""
    return {
        "sentences": [_told(claim) for claim in summary.sentences],
        "key_figures": [{"text": each.text, "about": each.about, "citation": each.citation} for each in summary.key_figures],
        "people": [{"name": each.text, "about": each.about, "citation": each.citation} for each in summary.people],
    } | _grounds(summary)


def brief_json(brief: Brief) -> Json:
    """Give a brief as `brief --json` prints it."""
    return {
        "topic": brief.topic,
        "headline": _told(brief.headline),
        "bullets": [_told(claim) for claim in brief.summary.sentences],
        "remarks": [{"speaker": each.speaker, "text": each.text, "citation": each.citation} for each in brief.remarks],
        "since": brief.since,
        "since_last_brief": brief.since_last,
        "changes": [_told(claim) for claim in brief.changes],
    } | _grounds(brief.summary)


def timeline_json(timeline: Timeline) -> Json:
    """Give a timeline as `timeline --json` prints it."""
    return {
        "topic": timeline.topic,
        "events": [
            {
                "date": event.date,
                "precision": event.precision,
                "text": event.text,
                "citations": list(event.citations),
                "published": event.published,
                "articles": event.articles,
                "other_dates": list(event.other_dates),
            }
            for event in timeline.events
        ],
        "left_out": timeline.left_out,
        "coverage": {"articles": timeline.articles, "read": timeline.read},
        "citations": [_citation(citation) for citation in timeline.citations],
    }


def checks_json(file: str, checks: Sequence[QuoteCheck]) -> Json:
    """Give what became of an exported file's quotations as `verify --json` prints it."""
    return {
        "file": file,
        "quotations": [
            {
                "number": each.number,
                "article_id": each.article_id,
                "title": each.title,
                "quote": each.quote,
                "standing": each.standing,
                "start": each.start,
                "end": each.end,
            }
            for each in checks
        ],
        "failed": sum(each.standing != "stands" for each in checks),
    }


def listing_json(listing: Listing) -> Json:
    """Give an article as `articles list --json` prints it."""
    return _info(listing.info) | {"passages": listing.passages, "copies": listing.copies}


def article_json(article: Article, listing: Listing | None, versions: Sequence[ArticleInfo], current: str | None) -> Json:
    """Give an article as `articles show --json` prints it; `listing` is None for an earlier version, replaced by `current`."""
    told = listing_json(listing) if listing else _info(article.info) | {"passages": 0, "copies": 0}
    return told | {"text": article.text, "versions": [version.id for version in versions], "replaced_by": current}


def sync_json(report: SyncReport) -> Json:
    """Give what a sync did as `sync --json` prints it."""
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "removed": list(report.removed),
        "unchanged": report.unchanged,
        "skipped": [{"path": path, "reason": reason} for path, reason in report.skipped],
        "remarks": [{"path": path, "remark": remark} for path, remark in report.remarks],
        "passages": report.passages,
        "seconds": round(report.seconds, 2),
        "encode_seconds": round(report.encode_s, 2),
    }


def _info(info: ArticleInfo) -> Json:
    return {
        "id": info.id,
        "title": info.title,
        "outlet": info.outlet,
        "authors": list(info.authors),
        "published": info.published,
        "published_from": info.published_from,
        "updated": info.updated,
        "origin": info.origin,
        "url": info.url,
        "path": info.path,
        "language": info.language,
    }


def _scope(scope: Scope) -> Json:
    since = scope.since.isoformat() if scope.since else None
    return {"since": since, "outlet": scope.outlet, "words": list(scope.words), "today": scope.today.isoformat()}


def _said(row: Said, citation: Citation) -> Json:
    return {
        "speaker": row.speech.speaker,
        "verb": row.speech.verb,
        "stance": row.speech.stance,
        "direct": row.speech.direct,
        "reported_by": row.speech.reported_by,
        "quote": citation.quote,
        "outlet": citation.article.outlet,
        "published": citation.article.published,
        "citation": row.citation,
        "asked": row.asked,
    }


def _told(claim: Claim) -> Json:
    return _claim(claim) | {"origins": claim.origins}


def _grounds(summary: Summary) -> Json:
    """Give what a summary rests on, and how it was made."""
    return {
        "disagreements": [_disagreement(each) for each in summary.disagreements],
        "citations": [_citation(citation) for citation in summary.citations],
        "coverage": {
            "articles": summary.articles,
            "read": summary.read,
            "cited": summary.cited,
            "folded": summary.folded,
            "left_out": [_named(info) for info in summary.left_out],
        },
        "problems": list(summary.problems),
        "answerer": summary.answerer,
        "prompt_id": summary.prompt_id,
        "replaced": summary.replaced,
    }


def _disagreement(disagreement: Disagreement) -> Json:
    return {"about": disagreement.about, "values": [_value(value) for value in disagreement.values]}


def _value(value: Value) -> Json:
    return {"text": value.text, "speaker": value.speaker, "citation": value.citation, "replaced": value.replaced}


def _named(info: ArticleInfo) -> Json:
    return {"article_id": info.id, "title": info.title, "published": info.published}


def _near(sentence: Sentence) -> Json:
    return _named(sentence.article) | {"quote": sentence.span.text, "start": sentence.span.start, "end": sentence.span.end}


def _claim(claim: Claim) -> Json:
    return {
        "text": claim.text,
        "citations": list(claim.citations),
        "support": claim.support,
        "speaker": claim.speaker,
        "reason": claim.reason,
    }


def _citation(citation: Citation) -> Json:
    article = citation.article
    return {
        "number": citation.number,
        "article_id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published,
        "url": article.url,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }
