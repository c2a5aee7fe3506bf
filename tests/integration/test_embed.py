"""The exported encoder against sentence-transformers, which it was exported from."""

import shutil

import numpy as np
import pytest

from rag.embed import OnnxEncoder, check_weights, load_encoder, packaged_model
from rag.errors import EncoderError
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


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(EncoderError, match=r"model\.safetensors is missing"):
        check_weights(tmp_path)


def test_a_damaged_export_is_named_with_the_way_out(exported, tmp_path):
    (export,) = exported.glob("*.onnx")
    broken = tmp_path / export.name
    broken.write_bytes(export.read_bytes()[:100_000])
    with pytest.raises(EncoderError, match=r"\.onnx cannot be loaded .*delete it"):
        OnnxEncoder(tmp_path)
