"""A question and its cited evidence in, the table of who said what: speaker, verb and stance of each speech in what is cited.

Only for questions that ask for it: "Who endorsed …?", "Who said …?", "What did X say about …?", "How did X react to …?".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.figures import MONTHS
from rag.records import Evidence, Said, Speech, Stance
from rag.speech import DENIED, VERB, is_passive, speaks, stance_of
from rag.words import STOP_WORDS, content_words, stem, stems, tokens

# What stands before the verb in "Who …", "And who else …", "When it was revised, which spokesman …".
_WHO = re.compile(
    r"(?:^|[,;]\s)\W*(?:(?:and|but|so)\s)?(?:who(?:\s+else)?(?:\s+in\s+[A-Z]\w+)?(?:,[^,]*,)?"
    r"|(?:which|what)(?!\s+(?:did|do|does|else|had|has|have|is|was|were)\b)(?:\s+[\w’'-]+){1,5})\s+$",
    re.IGNORECASE,
)
# "Who complained that …?" asks for what was said, whatever the verb; who denies something does not say it.
_CONTENT = re.compile(r"\s+that\b")
_DENIES = re.compile(r"\b(?:den|disput|contradict)")
_HAS_DONE = r"(?:did|do|does|has|have|had)\s+(?P<speaker>.+?)\s+(?:(?:also|else|first|later|since|then|publicly)\s+)*"
_SPEAKER = (
    re.compile(
        rf"\bwhat\s+(?:else\s+)?{_HAS_DONE}(?:say|said|tell|told|think|argue|claim|announce|report|warn|write|written)\b", re.IGNORECASE
    ),
    re.compile(
        rf"\bhow\s+{_HAS_DONE}(?:react|respond|reply|replied|answer|feel|describe|explain|justify|see|view)(?:ed)?\b", re.IGNORECASE
    ),
    re.compile(
        r"\bwhat\s+(?:is|was|were|are)\s+(?P<speaker>.+?)['’]s?\s+(?:reaction|response|answer|reply|view|position|stance)\b", re.IGNORECASE
    ),
)
# They name nobody: "What did people say about …?"
_ANYBODY = set("anybody anyone articles critics everybody everyone observers others people someone supporters they".split())
_TITLES = set("mr mrs ms dr capt col gen gov lt prof sen president minister prime foreign mayor".split())
_OWNER = re.compile(r"\b([A-Z][\w-]*)['’]s?\b")
_BEHIND = re.compile(r",\s((?:an?|the|its|his|her|who)\s[^,]+),")
_MONTHS = stems(" ".join(MONTHS))
# Share of the topic's words from which a sentence is about it.
SAME_TOPIC = 0.5
# What is longer before a name is a clause, and does not say who that is.
TITLE_WORDS = 6
PLAIN: dict[Stance, str] = {"support": "supports", "oppose": "opposes", "neutral": "speaks of"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of speakers: those who take a stance (None: whatever they say) to `topic`, or one of them (None: all)."""

    stance: Stance | None = None
    speaker: str | None = None
    topic: str = ""


def asked_of(question: str) -> Asked | None:
    """Tell whose speech a question asks for; None when it asks for something else."""
    for verb in VERB.finditer(question):
        if _WHO.search(question[: verb.start()]) and speaks(verb) and not is_passive(verb):
            stance, topic = stance_of(verb), question[verb.end() :]
            content = _CONTENT.match(topic) and not _DENIES.search(verb[0])
            return Asked(None if stance == "neutral" or content else stance, topic=topic)
    for pattern in _SPEAKER:
        if found := pattern.search(question):
            speaker = found["speaker"]
            return Asked(speaker=None if set(content_words(speaker)) <= _ANYBODY else speaker)
    return None


def said_by(asked: Asked | None, cited: Sequence[Evidence]) -> tuple[Said, ...]:
    """List the speeches in the cited evidence, those that are asked for first; () when none is asked for.

    `cited` is in the order of the citation numbers. Of several speeches of one speaker in a sentence, one that takes a stance
    stands for all.
    """
    if asked is None:
        return ()
    rows: list[Said] = []
    for number, item in enumerate(cited, 1):
        sentence = item.sentence.span.text
        # A verb alone does not tell what is condemned; the best sentence, or the first in which it is, may put that in words of its own.
        first = number == 1 or not any(row.asked for row in rows)
        near = first or not asked.stance or bool(stems(asked.topic) & stems(sentence))
        rows += [Said(speech, number, near and _fits(speech, sentence, asked)) for speech in _one_each(item.speeches)]
    return tuple(sorted(rows, key=lambda row: not row.asked))


def theirs(asked: Asked | None, evidence: Sequence[Evidence]) -> list[bool]:
    """Tell of each sentence whether it may answer what a speaker said: all but what others say, when the speaker is heard in one."""
    if asked is None or asked.speaker is None:
        return [True] * len(evidence)
    heard = [any(_fits(speech, item.sentence.span.text, asked) for speech in item.speeches) for item in evidence]
    return [mine or not (any(heard) and item.speeches) for mine, item in zip(heard, evidence, strict=True)]


def adds_a_side(asked: Asked, item: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Tell whether somebody takes a side on what is asked in a sentence, whom the sentences chosen before do not name with it.

    While nobody takes the side that is asked for, whoever does is taken to speak of it: "Pomeroy disagrees."
    """
    topic = {word for word in stems(asked.topic) if not word[0].isdigit() and word not in _MONTHS}
    if asked.stance is None or not topic or not chosen:
        return False
    near = len(topic & stems(item.sentence.span.text)) >= SAME_TOPIC * len(topic)
    taken = {(speech.speaker, speech.stance) for other in chosen for speech in other.speeches}
    asked_for = asked.stance in {speech.stance for speech in item.speeches} - {stance for _, stance in taken}
    new = any(speech.stance != "neutral" and (speech.speaker, speech.stance) not in taken for speech in item.speeches)
    return asked_for or (near and new)


def missed(asked: Asked | None, said: Sequence[Said]) -> str | None:
    """Say that nobody takes the stance that is asked for, though somebody takes another; None where that is not so."""
    others = [row for row in said if row.speech.stance != "neutral" or DENIED.search(row.speech.verb)]
    if asked is None or asked.stance is None or not others or any(row.asked for row in said):
        return None
    found = "; ".join(f"{row.speech.speaker} {row.speech.verb} [{row.citation}]" for row in others)
    return f"nobody was found who {PLAIN[asked.stance]} this; {found}"


def _one_each(speeches: Sequence[Speech]) -> list[Speech]:
    """Give one speech for each speaker of a sentence."""
    chosen: dict[str, Speech] = {}
    for speech in speeches:
        if speech.speaker not in chosen or chosen[speech.speaker].stance == "neutral" != speech.stance:
            chosen[speech.speaker] = speech
    return list(chosen.values())


def _fits(speech: Speech, sentence: str, asked: Asked) -> bool:
    if asked.stance:
        # "Who condemned Iran's strikes?" is not asked of Iran.
        owners = {stem(owner) for owner in _OWNER.findall(asked.topic)}
        return speech.stance == asked.stance and not (asked.stance == "oppose" and owners & _name_words(speech.speaker))
    if asked.speaker is None:
        return True
    reporter = speech.reported_by
    return is_speaker(speech, sentence, asked.speaker) or (reporter is not None and _is(reporter, asked.speaker))


def is_speaker(speech: Speech, sentence: str, asked: str) -> bool:
    """Tell whether somebody is the speaker of a speech: by the name, or by what the sentence says beside it."""
    return any(_is(name, asked) for name in (speech.speaker, *_described(speech.speaker, sentence)))


def _described(speaker: str, sentence: str) -> list[str]:
    """Give what a sentence says beside a name of who that is: "China's spokeswoman, Mao Ning", "Mao Ning, a spokeswoman of China,"."""
    before, found, behind = sentence.partition(speaker)
    title = before.rstrip()[:-1].rpartition(",")[2] if before.rstrip().endswith(",") else ""
    return ([title] if len(tokens(title)) <= TITLE_WORDS else []) + (
        [apposition[1]] if found and (apposition := _BEHIND.match(behind)) else []
    )


def _is(name: str, asked: str) -> bool:
    """Tell whether a speaker is who is asked for: "Iran's ministry" for "Iran", "Mr. Kakar" for "Anwaar Kakar", a name for initials."""
    words, wanted = _name_words(name), _name_words(asked)
    if not words or not wanted:
        return False
    initials = "".join(token[0] for token in tokens(name) if token[0].isupper() and token.casefold() not in STOP_WORDS)
    # "Bill Nelson of NASA" is meant by "Nelson", and not by "NASA".
    last = tokens(asked.partition(" of ")[0])[-1:]
    return wanted <= words or (words <= wanted and tokens(name)[-1:] == last) or initials in tokens(asked)


def _name_words(name: str) -> set[str]:
    return {stem(word) for word in content_words(name) if word.rstrip(".") not in _TITLES}
