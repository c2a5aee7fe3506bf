"""A sentence in, out who says something in it: speaker, verb, the stance that it takes, and whether in the speaker's own words.

Rules over the surface of English news prose, as in speaker.py, with the verbs of verbs.py. What they cannot read gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.records import Speech, Stance
from rag.speaker import ACCORDING, PRONOUNS, QUOTED, as_speaker, find_inverted, is_aside, speaker_of, subject_of, without_quotations
from rag.verbs import BASE, FINITE, NO_VERB, REPORTING

# What may stand between a subject and its verb.
_LEAD = (
    r"(?:(?:has|have|had|did|does|do|would|will|could|can|cannot|is|was|are|were|been|being|never|not|also|later|earlier|since|now|already|"
    r"still|long|again|each|both|all|no\s+longer|(?!(?:family|assembly|ally|supply|monopoly)\b)[a-z]+ly|[a-z]+n['’]t|"
    r"(?:refuse[ds]?|decline[ds]?|fail(?:ed|s)?)\s+to)\s+)*"
)
_BASES = "|".join(BASE.values())
VERB = re.compile(
    rf"(?<![\w’'-])(?P<lead>{_LEAD})(?!{NO_VERB})"
    + "(?:"
    + "|".join(f"(?P<{stance}>{FINITE[stance]}|{BASE[stance]})" for stance in FINITE)
    + r")\b(?!-)"
)
_BASE = re.compile(rf"(?:{_BASES})")
_BEFORE_BASE = re.compile(r"\b(?:did|does|do|would|will|could|can|cannot|not|to)\b|n['’]t\b")
_PASSIVE = re.compile(r"\b(?:is|was|are|were|been|being)\s+(?:[a-z]+ly\s+|also\s+)*$")
DENIED = re.compile(r"\b(?:not|never|no\s+longer)\b|n['’]t\b|\bfail(?:ed|s)?\s+to\b")
_REFUSED = re.compile(
    r"\b(?:refuse[ds]?|decline[ds]?)\s+to\b|\b(?:would|will|could|can)\s+not\b|\bcannot\b|\b(?:wo|would|could|ca)n['’]t\b"
)
_AGENT = re.compile(
    r"\s+by\s+(?P<name>.+?)(?=[,;:“”\"()—]|\.(?:\s|$)|\s(?:on|in|at|after|during|who|which|that|as|and|but|while|because|when)\b|$)"
)
_COORDINATED = re.compile(r"(?:,|\band|\bbut|\bthen)\s*$")
# What attributes content: "has also said", "put the toll"; and what goes on with the content of another verb, "blamed it, saying that".
_REPORTS = re.compile(rf"(?:.*\s)?(?:{REPORTING}|puts?\s.*|sp(?:eaks|oke) of)")
_GOES_ON = re.compile(r",\s(?:adding|arguing|insisting|noting|saying|warning)\b")
# What separates two statements; without it, the second is told by whoever makes the first.
_SEPARATED = re.compile(r"[;—]|\b(?:and|but|while|whereas|after|before|when|as|because)\b")
_TITLE = r"(?:Mr|Mrs|Ms|Dr|Capt|Col|Gen|Gov|Sen)\.\s"
_FULL_NAME = (
    rf"(?!(?:At|By|For|From|In|On|The|When)\b)(?:{_TITLE}[A-Z][\w’-]+|[A-Z][\w’-]+(?=\s(?:[A-Z]|al-|ul|bin)))"
    r"(?:\s(?:[A-Z]\.|[A-Z][\w’-]+|al-[A-Z]\w+|ul|bin))*"
)
_OPENING_NAME = re.compile(rf"(?:For\s)?(?P<name>{_FULL_NAME}|He|She|It|They)(?=,|\s[a-z])")
_NAME_BEHIND = re.compile(rf",\s(?P<name>{_FULL_NAME})(?=,|\s[a-z])")
_CLAUSE = re.compile(r"\b(?:is|was|are|were|has|have|had|been)\b")
# "a coalition called Kick Big Polluters Out"
_NAMED = re.compile(r"called\s[A-Z]\w+(?:\s[A-Z]|\swent|\shad|\swas)")
# A person's pronouns, and what speaks against somebody's being meant by one: many, or an organisation.
_PERSON = {"he": "she", "she": "he"}
_NO_PERSON = re.compile(
    r"\b(?:[a-z]+s|[A-Z]{2,}|agency|board|cabinet|committee|company|council|court|government|group|ministry|office|party|union)$"
)
LOOK_BACK = 3
# What is longer is no sentence of prose, and would take long to read.
MAX_CHARS = 1000
MIN_QUOTED_WORDS = 2
# "the ministry said", behind a comma.
MAX_TAG_WORDS = 6


@dataclass(frozen=True, slots=True)
class _Found:
    """A verb of speech from `start` to `end`, its stance, and its speaker, who may still be a pronoun, and may stand behind it."""

    speaker: str
    stance: Stance
    start: int
    end: int
    behind: bool = False


def speeches_in(sentence: str, before: Sequence[str] = ()) -> tuple[Speech, ...]:
    """List who says something in a sentence, in order of the verbs.

    `before` are the sentences that stand before it, nearest last: pronouns are resolved there, and a sentence that stands between
    quotation marks as a whole goes on with what was said there.
    """
    if _is_quotation(sentence):
        return _continued(before)
    found = _resolved(sentence, sorted(_find(sentence), key=lambda one: one.start), before)
    quoted = _nearest_to_quotations(sentence, found)
    speeches = []
    for place, one in enumerate(found):
        by = _reporter(sentence, found, place)
        verb = " ".join(sentence[one.start : one.end].split())
        speeches.append(Speech(one.speaker, verb, one.stance, one in quoted, by.speaker if by else None))
    return tuple(speeches)


def attributed_to(sentence: str, speeches: Sequence[Speech]) -> str | None:
    """Name whoever a sentence attributes its content to; None when that is nobody, or cannot be told.

    `speeches` are those in it. A sentence may condemn first and say then; of one that is a quotation as a whole, the speaker stands in
    one before.
    """
    if named := speaker_of(sentence):
        return named
    goes_on = _GOES_ON.search(sentence)
    for speech in speeches:
        at = sentence.find(speech.verb)
        aside = is_aside(sentence[:at], sentence[at:]) or f"{speech.verb} by " in sentence
        reports = _REPORTS.fullmatch(speech.verb) and not aside
        if reports or speech.direct or (goes_on and speech.verb in sentence[: goes_on.start()]):
            return speech.speaker
    return None


def stance_of(match: re.Match[str]) -> Stance:
    """Give the stance of a match of VERB: refusing turns support into opposition, and denying leaves neither."""
    stance: Stance = next(name for name in FINITE if match[name])
    if stance == "support" and _REFUSED.search(match["lead"]):
        return "oppose"
    return "neutral" if DENIED.search(match["lead"]) or _REFUSED.search(match["lead"]) else stance


def _find(sentence: str) -> Iterator[_Found]:
    if len(sentence) > MAX_CHARS:
        return
    plain = without_quotations(sentence)
    inverted = find_inverted(sentence)
    for other in (inverted, *ACCORDING.finditer(plain)):
        if other and (name := as_speaker(other["name"])):
            yield _Found(name, _stance_alone(other["verb"]), other.start("verb"), other.end("verb"), behind=True)
    last = _opener(plain)
    for match in VERB.finditer(plain):
        if (inverted and match.end() == inverted.end("verb")) or not speaks(match):
            continue
        head = plain[: match.start()]
        agent = _AGENT.match(plain, match.end())
        if agent:
            speaker = as_speaker(agent["name"])
        elif is_passive(match):
            continue
        else:
            subject = subject_of(head)
            speaker = subject if subject and _can_speak(subject) else last if _COORDINATED.search(head) else None
            last = speaker or last
        if speaker and not (_NAMED.search(plain, match.start()) and match[0] == "called"):
            yield _Found(speaker, stance_of(match), match.start(), match.end())


def _opener(sentence: str) -> str | None:
    """Name the person or the pronoun that a sentence opens with, else the first behind a comma: the subject behind an "and" too."""
    opening = _OPENING_NAME.match(sentence) or _NAME_BEHIND.search(sentence)
    return opening["name"] if opening else None


def _can_speak(subject: str) -> bool:
    """Tell whether a subject is a name or a noun, and not a clause with a verb of its own."""
    return not _CLAUSE.search(subject) and not any(map(speaks, VERB.finditer(subject)))


def speaks(match: re.Match[str]) -> bool:
    """Tell whether a match of VERB is a verb, and tells of speech: "has not said" does not, "did not endorse" does."""
    verb, lead = match[0][len(match["lead"]) :], match["lead"]
    return not (match["neutral"] and DENIED.search(lead)) and bool(_BEFORE_BASE.search(lead) or not _BASE.fullmatch(verb))


def is_passive(match: re.Match[str]) -> bool:
    """Tell whether the subject of a match of VERB is spoken of and does not speak: "was criticised"."""
    return bool(_PASSIVE.search(match["lead"]))


def _stance_alone(verb: str) -> Stance:
    match = VERB.fullmatch(verb)
    return stance_of(match) if match else "neutral"


def _resolved(sentence: str, found: Sequence[_Found], before: Sequence[str]) -> list[_Found]:
    """Put names in the place of pronouns; what cannot be resolved is left out."""
    named: list[_Found] = []
    for one in found:
        pronoun = one.speaker.casefold()
        speaker: str | None = one.speaker
        if pronoun in PRONOUNS:
            speaker = named[-1].speaker if named else _speaker_before(pronoun, sentence[: one.start], before)
        if speaker:
            named.append(replace(one, speaker=speaker))
    return named


def _speaker_before(pronoun: str, head: str, before: Sequence[str]) -> str | None:
    """Name the last speaker before, or whoever a sentence before opens with, as far as the pronoun fits; None when that is not plain."""
    if pronoun in _PERSON:
        for earlier in reversed(before[-LOOK_BACK:]):
            names = [one.speaker for one in _find(earlier)] or [_opener(earlier) or ""]
            if _PERSON[pronoun] in map(str.casefold, names):
                return None
            if fitting := [name for name in names if name and name.casefold() not in PRONOUNS and not _NO_PERSON.search(name)]:
                return fitting[0]
    elif pronoun in {"it", "they"} and before and re.fullmatch(r"(?:.*,)?\s*\w+\s*", head):
        # "what it described as" speaks of its own sentence's subject.
        names = [one.speaker for one in _find(before[-1]) if one.speaker.casefold() not in PRONOUNS]
        return next((name for name in names if not re.fullmatch(_FULL_NAME, name)), None)
    return None


def _is_quotation(sentence: str) -> bool:
    """Tell whether a sentence stands between quotation marks as a whole, or in the middle of what does."""
    outside = QUOTED.sub("", sentence).strip()
    return not outside or (outside[0] in '“"' and "”" not in outside) or (outside[-1] in '”"' and not set('“"') & set(outside[:-1]))


def _continued(before: Sequence[str]) -> tuple[Speech, ...]:
    """Give the speech that a wholly quoted sentence goes on with: the last one before, if nothing but quotations stand between."""
    for place in range(len(before) - 1, -1, -1):
        if not _is_quotation(before[place]):
            last = speeches_in(before[place], before[:place])
            return (Speech(last[-1].speaker, last[-1].verb, "neutral", True, last[-1].reported_by),) if last else ()
    return ()


def _nearest_to_quotations(sentence: str, found: Sequence[_Found]) -> list[_Found]:
    """Give, for each quotation of some words, the speech that stands nearest to it."""
    quotations = [match for match in QUOTED.finditer(sentence) if len(match[0].split()) >= MIN_QUOTED_WORDS]
    return [min(found, key=lambda one: max(one.start - each.end(), each.start() - one.end)) for each in quotations if found]


def _reporter(sentence: str, found: Sequence[_Found], place: int) -> _Found | None:
    """Give the one who reports a speech: behind it, or "X said that" before it."""
    if behind := _reporter_behind(sentence, found, place):
        return behind
    for earlier in range(place - 1, -1, -1):
        other, between = found[earlier], sentence[found[earlier].end : found[place].start]
        if _differ(other, found[place]) and not _SEPARATED.search(between) and not _reporter_behind(sentence, found, earlier):
            return other
    return None


def _reporter_behind(sentence: str, found: Sequence[_Found], place: int) -> _Found | None:
    """Give the one who stands behind a speech as who reports it: "…, the ministry said", "according to …"."""
    for other in found[place + 1 :]:
        clause = sentence[found[place].end : other.start].rpartition(",")
        if _differ(other, found[place]) and (other.behind or (clause[1] and 0 < len(clause[2].split()) <= MAX_TAG_WORDS)):
            return other
    return None


def _differ(reporter: _Found, one: _Found) -> bool:
    return reporter.stance == "neutral" and reporter.speaker != one.speaker
