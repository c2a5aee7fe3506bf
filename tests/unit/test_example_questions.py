"""Example questions, made from whatever articles there are."""

from types import SimpleNamespace

from builders import article_info, put_article

from rag.errors import IndexMismatchError
from rag.store import Store
from ui.examples import SAMPLES, SHOWN, Examples, about_speakers, examples_html, find_examples


class StubPipeline:
    """Answers the questions that hold one of `known`, and counts them."""

    def __init__(self, store: Store, known: str = "") -> None:
        self.store, self.known, self.asked = store, known, []

    def find(self, question: str):
        self.asked.append(question)
        return SimpleNamespace(reading=SimpleNamespace(answerable=self.known in question))


def store_of(tmp_path, *articles: tuple[str, str]) -> Store:
    store = Store(tmp_path / "clippings.db")
    for name, text in articles:
        put_article(store, *text.split("|"), info=article_info(name))
    return store


def test_a_speaker_whom_an_article_names_is_asked_about_once(tmp_path):
    store = store_of(
        tmp_path,
        ("a", "The quay is shut.|Bridget Furlong said the wall would hold.|Ana Costa said it would not."),
        ("b", "Bridget Furlong said so again.|The Harbour Board announced a price."),
        ("c", "A man said nothing.|He added nothing.|officials said little."),
    )
    questions = list(about_speakers(store, [article_info(name) for name in "abc"]))
    assert questions == ["What did Bridget Furlong say?", "What did the Harbour Board say?"]


def test_only_what_the_articles_answer_is_offered(tmp_path):
    store = store_of(tmp_path, ("a", "Ana Costa said it would hold."), ("b", "Bridget Furlong said it would not."))
    assert find_examples(StubPipeline(store, "Furlong")) == ["What did Bridget Furlong say?"]


def test_the_questions_about_the_sample_articles_are_there_only_with_their_articles(tmp_path):
    names = [name.removesuffix(".md") for name in SAMPLES]
    assert find_examples(StubPipeline(store_of(tmp_path, ("a", "Ana Costa said it would hold.")))) == ["What did Ana Costa say?"]
    (tmp_path / "samples").mkdir()
    pipeline = StubPipeline(store_of(tmp_path / "samples", *((name, f"Nothing happened in {name}.") for name in names)))
    assert find_examples(pipeline) == list(SAMPLES.values())
    assert len(SAMPLES) == SHOWN
    assert pipeline.asked == []


def test_an_empty_library_has_no_examples(tmp_path):
    assert Examples(StubPipeline(store_of(tmp_path))).html() == ""


def test_examples_are_found_again_when_something_was_written(tmp_path):
    store = store_of(tmp_path, ("a", "Ana Costa said it would hold."))
    pipeline = StubPipeline(store)
    examples = Examples(pipeline)
    assert examples.html() == examples.html()
    assert len(pipeline.asked) == 1
    store.set_fact("generation", "2")
    assert "Ana Costa" in examples.html()
    assert len(pipeline.asked) == 2


def test_what_cannot_be_searched_has_no_examples_yet(tmp_path):
    pipeline = StubPipeline(store_of(tmp_path, ("a", "Ana Costa said it would hold.")))
    examples = Examples(pipeline)
    pipeline.find = unsearchable
    assert examples.html() == ""
    del pipeline.find
    assert "Ana Costa" in examples.html()


def unsearchable(question: str):
    raise IndexMismatchError("the index was built with another encoder")


def test_an_example_is_shown_as_text():
    html = examples_html(['What did "><script>alert(1)</script> say?'])
    assert "<script" not in html
    assert html.count("<button") == 1
