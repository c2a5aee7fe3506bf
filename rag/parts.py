"""What the flow runs on: store, index, encoder, library, reader and answerers, each opened when it is first needed."""

from __future__ import annotations

import logging
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from rag.answer import Answerer, make_answerer
from rag.embed import Encoder, load_encoder
from rag.errors import EncoderError
from rag.llm import choose
from rag.settings import Settings
from rag.store import Store

if TYPE_CHECKING:
    from rag.index import Index
    from rag.library import Library
    from rag.reader.model import Reader


class Parts:
    """The parts of one home, by its settings."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings
        self._answerers: dict[str, Answerer] = {}

    @cached_property
    def store(self) -> Store:
        """The system of record."""
        return Store(self.settings.home / "clippings.db")

    @cached_property
    def encoder(self) -> Encoder:
        """What turns text into vectors."""
        return load_encoder(self.settings.embedding_model, self.settings.home)

    @cached_property
    def index(self) -> Index:
        """The passage vectors."""
        from rag.index import Index
        from rag.library import stamp_of

        return Index(self.settings.home / "chroma", self.settings.chroma_url, stamp_of(self.encoder))

    @cached_property
    def library(self) -> Library:
        """What adds, changes and removes articles."""
        from rag.library import Library

        return Library(self.settings.home, self.store, self.index, self.encoder)

    @cached_property
    def reader(self) -> Reader | None:
        """The trained reader; None when the settings leave it out, and, with a warning in the log, when its weights cannot be used."""
        from rag.reader.model import Reader

        if not self.settings.reader:
            return None
        try:
            return Reader()
        except EncoderError as error:
            logging.getLogger(__name__).warning("%s; ranking goes on without the reader", error)
            return None

    @property
    def today(self) -> date:
        """The day from which "last week" and the age of evidence are seen."""
        return self.settings.today or date.today()

    @cached_property
    def answerer_name(self) -> str:
        """The answerer at work when a question names none: "quotes" or a language model."""
        return choose(self.settings)

    def answerer(self, name: str) -> Answerer:
        """Give the answerer that a name names, made once; raises ModelError when there is no such model."""
        if name not in self._answerers:
            self._answerers[name] = make_answerer(name, self.settings)
        return self._answerers[name]

    def close(self) -> None:
        """Let go of the home's files."""
        for part in ("index", "store"):
            if part in self.__dict__:
                getattr(self, part).close()
