"""Every error that the package raises on purpose. Each message says what happened, with the values, and what to do.

ClippingsError
├── SettingsError        an environment variable or option holds a value that cannot be used
├── InputError           a file, folder, identifier or question that cannot be used
├── IndexMismatchError   the index was built with another encoder or other split settings
├── BusyError            another process is writing to the same home
├── StorageError         the home's database cannot be written: the disk is full, or it is read-only
├── EncoderError         the encoder's files are missing, damaged or cannot be loaded
├── PromptError          a prompt file is malformed, or a variable is missing or unknown
└── ModelError           the language model is unknown, unreachable, refused the key, or timed out
    └── OverloadedError  its server asks to be tried again
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class ClippingsError(Exception):
    """The root: catch this to report any expected failure."""


class SettingsError(ClippingsError):
    """An environment variable or option holds a value that cannot be used."""


class InputError(ClippingsError):
    """A file, folder, identifier or question that cannot be used."""


class IndexMismatchError(ClippingsError):
    """The index was built with another encoder or other split settings."""


class BusyError(ClippingsError):
    """Another process is writing to the same home."""


class StorageError(ClippingsError):
    """The home's database cannot be written: the disk is full, or it is read-only."""


class EncoderError(ClippingsError):
    """The encoder's files are missing, damaged or cannot be loaded."""


class PromptError(ClippingsError):
    """A prompt file is malformed, or a variable is missing or unknown."""


class ModelError(ClippingsError):
    """The language model is unknown, unreachable, refused the key, or timed out."""


class OverloadedError(ModelError):
    """The language model's server has too much to do, or failed for a moment: it may answer when it is asked again."""


@contextmanager
def explained() -> Iterator[None]:
    """Let a command that meets an expected failure end with its message and status 1, without a traceback."""
    try:
        yield
    except ClippingsError as error:
        sys.exit(str(error))
