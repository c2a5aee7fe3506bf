"""Homes with the exported encoder, empty or with a few articles."""

import shutil

import pytest
from homes import SUBSET, exported_encoder, new_home, quotes_settings

from rag.pipeline import Pipeline


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """The folder of the exported encoder."""
    return exported_encoder(tmp_path_factory)


@pytest.fixture
def empty_home(tmp_path, exported):
    return new_home(tmp_path / "home", exported)


@pytest.fixture(scope="session")
def indexed_home(tmp_path_factory, exported):
    """A home that holds SUBSET; tests only read it."""
    home = new_home(tmp_path_factory.mktemp("indexed") / "home", exported)
    pipeline = Pipeline(quotes_settings(home))
    pipeline.library.sync(SUBSET)
    pipeline.close()
    return home


@pytest.fixture
def own_home(tmp_path, indexed_home):
    """A copy of the indexed home that a test may change."""
    return shutil.copytree(indexed_home, tmp_path / "own", symlinks=True)


@pytest.fixture(scope="session")
def reading(indexed_home):
    """A pipeline over the indexed home; tests only read with it."""
    pipeline = Pipeline(quotes_settings(indexed_home))
    yield pipeline
    pipeline.close()


@pytest.fixture
def own(own_home):
    """A pipeline over a home that the test may change."""
    pipeline = Pipeline(quotes_settings(own_home))
    yield pipeline
    pipeline.close()
