"""
Where one is in the agenda of a review: what is done, what was passed over, what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foretrack.core.records import Task
from foretrack.core.topics import Item

if TYPE_CHECKING:
    from foretrack.sitting import Sitting

Step = Task | Item


def name_of(step: Step) -> str:
    """
    The id of a task, or of an item's question.
    """
    return step.id if isinstance(step, Task) else step.question


@dataclass(slots=True)
class Walk:
    """
    Where one is in the agenda.

    Attributes:
        steps: Open tasks of earlier reviews, then the questions.
        done: Task or question -> what became of it in this review.
        skipped: Tasks and questions that were passed over in it.
        hinted: Whether it was said how to leave a prompt.
    """

    steps: tuple[Step, ...]
    done: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    place: int = 0
    hinted: bool = False

    @property
    def passed(self) -> int:
        """
        How many were passed over, and not decided or put off since.
        """
        return sum(name in self.skipped and name not in self.done for name in self._names)

    @property
    def left(self) -> int:
        """
        How many nobody came to.
        """
        return sum(name not in self.done for name in self._names) - self.passed

    @property
    def _names(self) -> list[str]:
        return [name_of(step) for step in self.steps]

    def begin(self) -> None:
        """
        Go to the first that nobody came to; where there is none, to the first passed over.
        """
        fresh = (
            place
            for place, name in enumerate(self._names)
            if name not in self.done and name not in self.skipped
        )
        self.place = next(fresh, 0)
        self.find()

    def onward(self) -> None:
        """
        Go to the next that is not done.
        """
        self.place += 1
        self.find()

    def find(self) -> None:
        """
        Stay here if this one is not done, or go on to one that is not.
        """
        while self.place < len(self.steps) and name_of(self.steps[self.place]) in self.done:
            self.place += 1

    def back(self) -> None:
        """
        Go to the one before, done or not.
        """
        self.place = max(self.place - 1, 0)


def gone_through(found: Sitting) -> Walk:
    """
    How far the review that has begun has come.

    Tasks come first and a review keeps only which questions it passed over: once it has gone
    through a question, the tasks that are still open were passed over, too.
    """
    agenda = found.agenda
    done = {
        item.question: said
        for item in agenda.items
        if (said := found.done(item.question, topic=item.topic)) is not None
    }
    skipped = set(found.review.skipped)
    if done or skipped:
        skipped |= {task.id for task in agenda.tasks}
    for task in agenda.tasks:
        now = found.live.tasks.get(task.id)
        if now is not None and now.done is not None:
            done[task.id] = f"done {now.done}"
    return Walk((*agenda.tasks, *agenda.items), done, skipped)
