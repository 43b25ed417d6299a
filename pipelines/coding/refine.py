"""The last rules of the guide, once an act is known: modes, counts that belong elsewhere, answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.coding.merge import Act
from pipelines.coding.roles import Candidate

if TYPE_CHECKING:
    from pipelines.coding.coder import Prepared


class Refiner:
    """Rules on single mentions (`mention`) and on all acts of an article (`article`)."""

    @classmethod
    def load(cls, reference: Path) -> Refiner:
        return cls()

    def mention(self, p: Prepared, act: Act, c: Candidate) -> Act:
        return act

    def article(self, p: Prepared, acts: list[Act]) -> list[Act]:
        return acts
