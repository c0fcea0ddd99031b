"""What is known of a model file before it is opened: the catalogue's card, else the one beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from player.analysis.card import ModelCard
from player.analysis.card_file import (
    Guess,
    Size,
    card_beside,
    make_card,
    merge_tables,
    read_table,
    stated_channels,
    stated_size,
)
from player.analysis.catalogue import card_for
from player.analysis.model_file import ModelFile
from player.errors import ModelError

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KnownCard:
    file: ModelFile
    catalogued: ModelCard | None
    beside: Table = field(default_factory=dict)

    @staticmethod
    def of(file: ModelFile) -> KnownCard:
        """Raises ModelError where the card beside the file cannot be read, or is another file's."""
        catalogued = card_for(file.sha256)
        path = None if catalogued else card_beside(file.path)
        if path is None:
            return KnownCard(file, catalogued)
        table = read_table(path)
        said = table.get("sha256")
        if said and str(said).lower() != file.sha256:
            raise ModelError(f"The card {path.name} is another file's: its sha256 is not that of {file.path.name}.")
        return KnownCard(file, None, table)

    def size(self, told: Table) -> Size:
        """Width and height, where the card or else the table `told` states them."""
        card = self.catalogued
        return (card.input.width, card.input.height) if card else stated_size(merge_tables([self.beside, told]))

    def channels(self, told: Table) -> int:
        """Of the input, where the card or else the table `told` states it; else 3."""
        card = self.catalogued
        return card.input.channels if card else stated_channels(merge_tables([self.beside, told]))

    def input_name(self) -> str | None:
        """The input for pictures, where a card names it."""
        if self.catalogued:
            return self.catalogued.input.name
        stated = self.beside.get("input", {})
        return stated.get("name") if isinstance(stated, Mapping) else None

    def complete(self, told: Table, size: Size = (None, None), guess: Guess | None = None) -> ModelCard:
        """The whole card: with what the file or its network tells (`told`), and what its shapes do.

        Raises ModelError that names the keys nothing says.
        """
        name = self.file.path
        card = self.catalogued or make_card(
            [self.beside, told], name=name.stem, told_by=name.name, size=size, guess=guess
        )
        spec = replace(card.input, width=card.input.width or size[0], height=card.input.height or size[1])
        return replace(card, input=spec, sha256=self.file.sha256)
