"""What all tests may ask for."""

import pytest
from builders import HashingEncoder


@pytest.fixture
def encoder():
    return HashingEncoder()
