"""The exported encoder against sentence-transformers, which it was exported from."""

import shutil

import numpy as np
import pytest

from rag import bulk, onnx_export
from rag.embed import OnnxEncoder, OnnxModel, load_encoder, packaged_model
from rag.errors import EncoderError
from rag.onnx_export import check_weights
from rag.settings import PACKAGED_ENCODER

TEXTS = [
    "",
    " ",
    "a",
    "Rain fell.",
    "42",
    "?!…",
    "The cabinet endorsed the restoration of full diplomatic relations with Iran.",
    "THE CABINET ENDORSED THE RESTORATION OF FULL DIPLOMATIC RELATIONS WITH IRAN.",
    "El gabinete respaldó el restablecimiento de las relaciones diplomáticas.",
    "内閣は外交関係の完全な回復を支持した。",
    "Кабинет министров поддержал восстановление отношений.",
    "Überraschung in Köln: “Brücke” für 3,5 Mio. € eröffnet",
    "🚀🚢🌉",
    "http://example.org/a/b?c=d#e",
    "line one\nline two\n\n\nline three\ttabbed",
    "Supercalifragilisticexpialidocious" * 20,
    "word " * 100,
    "A sentence of twelve words stands here again and again, you see. " * 40,
    "The channel is 700 feet wide and 50 feet deep; about 50,000 tons were lifted. " * 300,
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
]


@pytest.fixture(scope="module")
def encoder(exported):
    return OnnxEncoder(exported)


@pytest.fixture(scope="module")
def reference():
    return load_encoder(str(packaged_model()), packaged_model())


def test_the_export_agrees_with_the_original(encoder, reference):
    ours, theirs = encoder.encode(TEXTS), reference.encode(TEXTS)
    cosines = (ours * theirs).sum(axis=1)
    assert dict(zip(TEXTS, cosines, strict=True)) == {text: pytest.approx(1.0, abs=1e-3) for text in TEXTS}


def test_vectors_have_unit_length(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_vectors_come_in_the_order_of_the_texts(encoder):
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode(TEXTS), alone, atol=1e-5)


def test_a_batch_holds_no_more_tokens_than_allowed(encoder, monkeypatch):
    shapes = []
    run = OnnxModel.run

    def watched(self, ids, mask):
        shapes.append(ids.shape)
        return run(self, ids, mask)

    monkeypatch.setattr(OnnxModel, "run", watched)
    encoder.encode(TEXTS * 10)
    assert sum(texts for texts, _ in shapes) == 10 * len(TEXTS)
    assert max(texts * tokens for texts, tokens in shapes) <= OnnxModel.batch_tokens
    assert len(shapes) < len(TEXTS)


STORY = "Harbour reopens. The minister thanked the crews. He said that the port would open in May. Rain fell in the north."
SENTENCES = [(17, 48), (49, 89), (90, 113)]


def test_the_parts_of_a_text_are_the_means_of_their_tokens(encoder, reference):
    _, parts = encoder.encode_with_parts([STORY, "Rain fell."], [SENTENCES, [(0, 10)]])
    tokens = reference._model.encode(STORY, output_value="token_embeddings").numpy()
    offsets = np.array(reference._model.tokenizer(STORY, return_offsets_mapping=True)["offset_mapping"])
    for (start, end), part in zip(SENTENCES, parts, strict=False):
        mean = tokens[(offsets[:, 0] >= start) & (offsets[:, 1] <= end) & (offsets[:, 1] > offsets[:, 0])].mean(axis=0)
        assert part @ mean / np.linalg.norm(mean) == pytest.approx(1.0, abs=1e-4)
    assert parts.shape == (4, 384)


def test_a_pronoun_in_a_part_knows_whom_it_means(encoder):
    _, parts = encoder.encode_with_parts([STORY], [SENTENCES])
    (question,) = encoder.encode(["What did the minister say?"])
    (alone,) = encoder.encode([STORY[49:89]])
    assert parts[1] @ question > alone @ question


def test_a_part_beyond_the_limit_of_the_model_is_encoded_by_itself(encoder):
    text = "The ship sank off the cape. " * 100
    last = (len(text) - 28, len(text) - 1)
    _, parts = encoder.encode_with_parts([text], [[(0, 27), last]])
    np.testing.assert_allclose(parts[1], encoder.encode([text[slice(*last)]])[0], atol=1e-4)
    assert parts[0] @ parts[1] < 0.999


MANY = [*TEXTS, STORY] * 3
HALVES = [[(0, len(text) // 2), (len(text) // 2, len(text))] for text in MANY]


@pytest.fixture(scope="module")
def exact(exported):
    """The vectors of MANY and HALVES, by an encoder that has nothing else at hand."""
    return OnnxEncoder(exported).encode_with_parts(MANY, HALVES)


@pytest.fixture
def bulk_encoder(exported, monkeypatch):
    """An encoder that has bfloat16 at hand from its second call with parts on."""
    monkeypatch.setattr(bulk, "has_bfloat16", lambda: True)
    encoder = OnnxEncoder(exported)
    monkeypatch.setattr(bulk, "FROM_TOKENS", 1)
    return encoder


def test_large_amounts_of_text_get_nearly_the_same_vectors(exact, bulk_encoder):
    rounded = bulk_encoder.encode_with_parts(MANY, HALVES)
    assert bulk_encoder._bulk is not None
    for ours, theirs in zip(rounded, exact, strict=True):
        np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1.0, atol=1e-4)
        assert 0.999 < (ours * theirs).sum(axis=1).min() < 1 - 1e-6


def test_without_bfloat16_large_amounts_get_the_same_vectors(exact, bulk_encoder, monkeypatch):
    monkeypatch.setattr(bulk, "has_bfloat16", lambda: False)
    same = bulk_encoder.encode_with_parts(MANY, HALVES)
    assert isinstance(bulk_encoder._bulk, OnnxModel)
    for ours, theirs in zip(same, exact, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_questions_and_small_amounts_are_not_rounded(encoder, bulk_encoder, monkeypatch):
    np.testing.assert_array_equal(bulk_encoder.encode(TEXTS), encoder.encode(TEXTS))
    monkeypatch.setattr(bulk, "FROM_TOKENS", 60)
    for used in (False, False, True):
        bulk_encoder.encode_with_parts([STORY], [SENTENCES])
        assert (bulk_encoder._bulk is not None) is used


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags : fpu sse4_2 amx_bf16 amx_tile", True),
        ("flags : fpu avx512f avx512_bf16 avx512_vnni", True),
        ("flags : fpu avx512f", False),
        (None, False),
    ],
)
def test_bfloat16_is_used_where_the_processor_has_units_for_it(tmp_path, monkeypatch, flags, expected):
    monkeypatch.setattr(bulk, "CPU_FLAGS", tmp_path / "cpuinfo")
    if flags:
        (tmp_path / "cpuinfo").write_text(f"processor : 0\n{flags}\n")
    assert bulk.has_bfloat16.__wrapped__() is expected


def test_another_model_encodes_every_part_by_itself(reference):
    texts, parts = reference.encode_with_parts([STORY, "Rain fell."], [SENTENCES, []])
    np.testing.assert_allclose(parts, reference.encode([STORY[start:end] for start, end in SENTENCES]), atol=1e-5)
    np.testing.assert_allclose(texts, reference.encode([STORY, "Rain fell."]), atol=1e-5)


def test_no_texts_give_no_vectors(encoder, reference):
    assert encoder.encode([]).shape == (0, encoder.dim)
    assert reference.encode([]).shape == (0, reference.dim)


def test_a_folder_of_a_model_is_loaded_by_sentence_transformers(reference):
    assert (reference.name, reference.dim) == (str(packaged_model()), 384)
    near, far = reference.encode(["The ship was refloated.", "The vessel is afloat again.", "Inflation rose."])[0] @ (
        reference.encode(["The vessel is afloat again.", "Inflation rose."]).T
    )
    assert near > far


def test_the_packaged_encoder_is_the_one_by_default(exported, tmp_path):
    (tmp_path / "encoder").symlink_to(exported)
    loaded = load_encoder(PACKAGED_ENCODER, tmp_path)
    assert (loaded.name, loaded.dim) == (PACKAGED_ENCODER, 384)


def test_a_model_that_does_not_exist_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    missing = str(tmp_path / "no-such-model")
    with pytest.raises(EncoderError, match=r"RAG_EMBEDDING_MODEL names .*no-such-model.*cannot be loaded"):
        load_encoder(missing, tmp_path)


def test_the_packaged_weights_are_the_official_ones():
    check_weights(packaged_model())


def test_changed_weights_are_refused(tmp_path):
    weights = tmp_path / "model.safetensors"
    shutil.copyfile(packaged_model() / weights.name, weights)
    with weights.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x01")
    with pytest.raises(EncoderError, match=r"model\.safetensors has SHA-256 .* not the official model"):
        check_weights(tmp_path)


def test_an_export_with_other_vectors_is_refused_and_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_export, "MIN_COSINE", 1.1)
    with pytest.raises(EncoderError, match="the exported encoder differs from the original"):
        OnnxEncoder(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_export_of_an_earlier_version_gives_way_to_a_new_one(tmp_path):
    (tmp_path / f"{PACKAGED_ENCODER}-53aa5117.onnx").write_bytes(b"It gives no tokens.")
    assert OnnxEncoder(tmp_path).encode(["Rain fell."]).shape == (1, 384)
    assert [file.stem for file in tmp_path.iterdir()] == [f"{PACKAGED_ENCODER}-53aa5117-{onnx_export.EXPORT_VERSION}"]


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(EncoderError, match=r"model\.safetensors is missing"):
        check_weights(tmp_path)


def test_a_damaged_export_is_named_with_the_way_out(exported, tmp_path):
    (export,) = exported.glob("*.onnx")
    broken = tmp_path / export.name
    broken.write_bytes(export.read_bytes()[:100_000])
    with pytest.raises(EncoderError, match=r"\.onnx cannot be loaded .*delete it"):
        OnnxEncoder(tmp_path)
