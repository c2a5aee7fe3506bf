"""What several unit tests begin with."""

import pytest

from rag.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "clippings.db")
    yield store
    store.close()
