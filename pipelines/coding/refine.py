"""The last rules of the guide, once an act is known: modes, counts that belong elsewhere, answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.coding import dates, dating
from pipelines.coding.answers import link_answers
from pipelines.coding.merge import Act
from pipelines.coding.roles import Candidate

if TYPE_CHECKING:
    from pipelines.coding.coder import Prepared


LEAD = 1_000  # characters in which a lead's first sentence ends


class Refiner:
    """Rules on single mentions (`mention`) and on all acts of an article (`article`)."""

    @classmethod
    def load(cls, reference: Path) -> Refiner:
        return cls()

    def mention(self, p: Prepared, act: Act, c: Candidate) -> Act:
        return act

    def article(self, p: Prepared, acts: list[Act]) -> list[Act]:
        # the title's news is of the day that the lead names
        news = [
            a
            for a in acts
            if a.basis == "publication" and all(m.sentence.field == "title" for m in a.mentions)
        ]
        if news and (day := self._lead_day(p)):
            for act in news:
                act.day, act.precision, act.basis = day, "day", "relative"
        link_answers(acts)
        return acts

    @staticmethod
    def _lead_day(p: Prepared) -> date | None:
        lead, reference = p.fields["summary"] or p.fields["body"], p.article.reference
        return dating.lead_day(lead, dates.find_dates(lead[:LEAD], reference), reference)
