"""The language of an article, and of a question that is not in English."""

import pytest

from rag.language import foreign_language, language_of


def test_the_language_of_an_article_is_told():
    assert language_of("Die Regierung hat am Freitag die Wiederherstellung der Beziehungen gebilligt.") == "de"
    assert language_of("The government on Friday endorsed restoring relations.") == "en"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Qui a approuvé le rétablissement des relations avec l'Iran ?", "French"),
        ("Wie viele Menschen starben bei Saravan?", "German"),
        ("¿Cuántas personas murieron cerca de Saravan?", "Spanish"),
        ("Chi ha approvato il ripristino delle relazioni con l'Iran?", "Italian"),
        ("Hoeveel mensen kwamen om bij Saravan?", "Dutch"),
        ("Сколько человек погибло под Сараваном?", "Russian"),
        ("كم عدد القتلى في سراوان؟", "Arabic"),
        ("内閣は何を支持したか", "Japanese"),
    ],
)
def test_a_question_in_another_language_is_told(question, language):
    assert foreign_language(question) == language


@pytest.mark.parametrize(
    "question",
    [
        "Who endorsed restoring ties with Iran?",
        "What did Amir-Abdollahian tell Anwaar ul Haq Kakar?",
        "Why?",
        "Pourquoi ?",
        "Key Bridge toll",
        "Amir-Abdollahian Islamabad visit",
        "<script>alert(1)</script>",
        "🚀",
        "",
    ],
)
def test_english_and_what_is_too_short_to_tell_are_left_alone(question):
    assert foreign_language(question) is None
