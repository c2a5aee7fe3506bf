"""Clusters of sentences in, checked claims out: quoted, or worded by a language model, with what they cite numbered once.

One gate covers all sentences of a summary, so that a mark leads to the same sentence wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rag.answer import ModelAnswerer
from rag.choose import choose, in_order
from rag.cite import MAX_CITATIONS, Gate
from rag.cluster import Cluster
from rag.conflicts import Conflict
from rag.disagree import replaces
from rag.errors import ModelError
from rag.llm import QUOTES
from rag.progress import Stop, never
from rag.prompts import Prompt
from rag.records import Citation, Claim, Disagreement, Evidence, Sentence, Statement, Value
from rag.speaker import speaker_of

if TYPE_CHECKING:
    from rag.reader.model import Reader

# Sentences of a cluster that are looked at for a second and third citation, and that a model is shown.
CLUSTER_SENTENCES = 8
SENTENCES_PER_PROMPT = 24
# A model that has failed this often is not asked again: each failure may have cost a whole time-out.
MAX_FAILURES = 2
# Statements that are heard for each sentence that is wanted: a small model that has not understood goes on to the end of its tokens.
HEARD = 3
STOPPED = "the model was stopped; what it had not written by then are the articles' own sentences"


class Desk:
    """Where one summary is written.

    `problems` tells what went wrong so far, each thing once, and `replaced` how many sentences stand in for those of a model.
    """

    def __init__(
        self, sentences: Iterable[Sentence], answerer: ModelAnswerer | None, *, reader: Reader | None = None, stop: Stop = never
    ) -> None:
        """Begin over the sentences that may be cited.

        Without `answerer`, and once `stop` says so, they quote themselves; `reader` finds who else says it.
        """
        unique = list({sentence.key: sentence for sentence in sentences}.values())
        self._evidence = [as_evidence(sentence) for sentence in unique]
        self._place = {sentence.key: place for place, sentence in enumerate(unique)}
        self._gate = Gate(self._evidence, least="supported")
        self._model, self._reader, self._stop = answerer, reader, stop
        self._problems: dict[str, None] = {}
        self._failures = 0
        self.replaced = 0
        self._prompt_id: str | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What is cited so far, by number."""
        return self._gate.citations

    @property
    def writer(self) -> tuple[str, str | None]:
        """Who wrote, and by which prompt: the model once a sentence of its passed, otherwise the articles themselves."""
        return (self._model.name, self._prompt_id) if self._model and self._prompt_id else (QUOTES, None)

    @property
    def problems(self) -> tuple[str, ...]:
        """What went wrong so far."""
        if self._model and not self._prompt_id and STOPPED not in self._problems:
            return (*self._problems, f"nothing that {self._model.name} wrote passed the check; these are the articles' own sentences")
        return tuple(self._problems)

    def cites(self, sentence: Sentence) -> bool:
        """Tell whether a sentence is cited already."""
        return any((each.article.id, each.start) == (sentence.article.id, sentence.span.start) for each in self._gate.citations)

    def number(self, sentence: Sentence) -> int:
        """Give the number by which a sentence is cited."""
        return self._gate.number(self._place[sentence.key])

    def quote(self, cluster: Cluster) -> Claim:
        """Quote the first sentence of a cluster, and cite others that support it."""
        sentence = cluster.sentences[0]
        return self._citing(self._gate.check(Statement(sentence.span.text, (self._place[sentence.key],))), cluster)

    def write(self, cluster: Cluster, prompt: Prompt) -> Claim:
        """Let the model say in one sentence what a cluster tells; what does not pass is replaced by the cluster's own sentence."""
        for claim in self._written(prompt, in_order(cluster.sentences[:CLUSTER_SENTENCES]), count=1):
            if claim.citations:
                return self._citing(claim, cluster)
        return self.stand_in(cluster)

    def stand_in(self, cluster: Cluster) -> Claim:
        """Quote a cluster that a model, if there is one, should have worded."""
        self.replaced += self._model is not None
        return self.quote(cluster)

    def write_whole(self, sentences: Sequence[Sentence], prompt: Prompt, count: int) -> list[Claim]:
        """Let the model summarize an article in up to `count` sentences; give those that pass."""
        claims: dict[str, Claim] = {}
        for claim in self._written(prompt, in_order(choose(sentences, SENTENCES_PER_PROMPT)), count):
            if claim.citations:
                claims.setdefault(claim.text, replace(claim, origins=1))
            if len(claims) == count:
                break
        return list(claims.values())

    def disagreement(self, conflict: Conflict) -> Disagreement:
        """Cite each number of a conflict; one is replaced when a later article of the same speaker gives another."""
        values = []
        for count in conflict.counts:
            others = [other.evidence for other in conflict.counts if other is not count]
            replaced = any(replaces(other, count.evidence, count.value) for other in others)
            values.append(Value(count.text, count.evidence.speaker, self.number(count.evidence.sentence), replaced))
        return Disagreement(conflict.about, tuple(values))

    def _citing(self, claim: Claim, cluster: Cluster) -> Claim:
        """Let a claim cite sentences of a cluster as well that support it, each of another origin, and count these."""
        numbers = list(claim.citations)
        origins = {self._origin(number) for number in numbers}
        places = [self._place[each.key] for each in cluster.sentences[:CLUSTER_SENTENCES] if each.origin not in origins]
        for place in self._gate.supporters(claim.text, places, self._reader):
            origins.add(self._evidence[place].sentence.origin)
            numbers += [self._gate.number(place)] * (len(numbers) < MAX_CITATIONS)
        return replace(claim, citations=tuple(numbers), origins=len(origins))

    def _origin(self, number: int) -> str:
        return self._gate.citations[number - 1].article.origin_id

    def _written(self, prompt: Prompt, sentences: Sequence[Sentence], count: int) -> Iterator[Claim]:
        """Give what the model writes over sentences as checked claims."""
        if not self._model or self._failures >= MAX_FAILURES:
            return
        if self._stopped():
            return
        places = [self._place[sentence.key] for sentence in sentences]
        try:
            statements = self._model.write(prompt, [self._evidence[place] for place in places], count=str(count))
            for statement in islice(statements, HEARD * count):
                claim = self._gate.check(replace(statement, marks=tuple(places[mark] for mark in statement.marks)))
                if claim.citations:
                    self._prompt_id = prompt.id
                else:
                    self._problems[f"left out, because {claim.reason}: {statement.text[:200]}"] = None
                yield claim
                if self._stopped():
                    return
        except ModelError as error:
            self._failures += 1
            self._problems[str(error)] = None

    def _stopped(self) -> bool:
        if self._stop():
            self._problems[STOPPED] = None
        return STOPPED in self._problems


def as_evidence(sentence: Sentence) -> Evidence:
    """Make evidence of a sentence, with whoever it names as its speaker."""
    return Evidence(sentence, 0.0, speaker_of(sentence.span.text))
