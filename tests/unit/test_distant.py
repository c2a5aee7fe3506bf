from rag.reader.distant import find_rows

ARTICLE = {
    "url": "https://example.org/ties",
    "title": "Cabinet endorses full ties with Iran",
    "text": "Iran is a neighbour. Traders waited for the cabinet. On Friday the cabinet in Islamabad endorsed full ties with Iran.",
}
QUESTION = {
    "question": "Which cabinet endorsed full ties with Iran?",
    "answers": ["islamabad."],
    "urls": [ARTICLE["url"], "https://example.org/gone"],
}


def test_the_answer_is_found_as_it_stands_in_the_article():
    (row,) = find_rows([QUESTION], [ARTICLE])
    assert row["answer"] == "Islamabad"
    assert row["context"][row["start"] :].startswith("Islamabad endorsed")
    assert (row["title"], row["question"]) == (ARTICLE["title"], QUESTION["question"])


def test_of_several_places_the_one_with_most_of_the_question_around_it_is_taken():
    far = " " + "Nothing of the kind was said there. " * 20
    article = ARTICLE | {"text": "Islamabad lies in the north." + far + ARTICLE["text"]}
    (row,) = find_rows([QUESTION], [article, {"url": "other", "title": "Rain", "text": "Rain fell."}])
    assert row["start"] > len(far)


def test_an_answer_inside_a_word_or_without_its_question_around_it_is_no_row():
    inside = ARTICLE | {"text": ARTICLE["text"].replace("Islamabad", "Islamabadian")}
    elsewhere = {"url": ARTICLE["url"], "title": "Weather", "text": "It rained in Islamabad."}
    assert find_rows([QUESTION], [inside]) == []
    assert find_rows([QUESTION], [elsewhere, {"url": "x", "title": "", "text": "cabinet endorsed ties Iran"}]) == []
