"""
A conversation at a terminal: what was not given is asked for, and an answer can be taken back.

Going back starts the conversation again and gives the answers up to that place once more, in
silence: so whatever follows from an answer is worked out anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import click

from foretrack.cli.fitting import fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from foretrack.cli.app import App
    from foretrack.errors import InvalidInput

BACK: Final = "<"

Made = TypeVar("Made")


class Back(Exception):
    """
    The person goes back.

    Args:
        steps: How many answers are taken back.
    """

    def __init__(self, steps: int = 1) -> None:
        super().__init__(steps)
        self.steps = steps


@dataclass(slots=True)
class Talk:
    """
    Asks for what the command line did not give.

    Attributes:
        eager: Whether what is optional or has a default is asked for, too.
        answers: What was answered so far, in the order of the questions.
        place: How many of the answers were given in this run through the questions.
    """

    app: App
    eager: bool
    answers: list[Any] = field(default_factory=list)
    place: int = 0

    def through(self, conversation: Callable[[], Made]) -> Made:
        """
        What a conversation comes to, however often the person goes back in it.
        """
        if self.eager:
            self.say(f"{BACK} goes back one question; Ctrl-C leaves, and nothing is written")
        while True:
            self.place = 0
            try:
                return conversation()
            except Back as back:
                del self.answers[-back.steps :]

    def refuse(self, refusal: InvalidInput) -> NoReturn:
        """
        Refuse what the answers come to: the last question is asked again, where there was one.

        Raises:
            InvalidInput: Nothing was asked.
        """
        if not (self.eager and self.answers):
            raise refusal
        self.app.say(f"Error: {refusal}")
        raise Back

    def say(self, text: str) -> None:
        """
        Print, unless it was printed before.
        """
        if self.place >= len(self.answers):
            self.app.say(text)

    def warn(self, *warnings: object) -> None:
        """
        Print warnings, unless they were printed before.
        """
        if self.place >= len(self.answers):
            self.app.warn(warnings)

    def ask(
        self,
        prompt: str,
        taken: Callable[[Any], Any],
        *,
        kind: click.ParamType[Any] | None = None,
        default: Any = None,
        show_default: bool = True,
        before: Callable[[], object] | None = None,
    ) -> Any:
        """
        An answer; what cannot be taken is asked for again.

        Args:
            prompt: What is asked.
            taken: Gives the value, or a usage error.
            kind: Whose choices are shown.
            default: What an empty answer stands for.
            show_default: Whether the prompt shows it.
            before: Prints what is to be read first.

        Raises:
            Back: The person goes back.
        """
        if self.place == len(self.answers):
            if before is not None:
                before()
            answer = click.prompt(
                fitted(prompt), type=kind, default=default, show_default=show_default,
                value_proc=self._or_back(taken),
            )  # fmt: skip
            self.answers.append(answer)
        self.place += 1
        return self.answers[self.place - 1]

    def _or_back(self, taken: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def checked(answer: Any) -> Any:
            if isinstance(answer, str) and answer.strip() == BACK:
                if not self.answers:
                    raise click.UsageError("this is the first question")
                raise Back
            return taken(answer)

        return checked

    def required(
        self,
        option: str,
        prompt: str,
        kind: click.ParamType[Any],
        *,
        default: Any = None,
        before: Callable[[], object] | None = None,
    ) -> Any:
        """
        A value that must come from a person.
        """
        if not self.app.asks:
            raise click.UsageError(f"Missing {option}: there is no terminal to ask on.")
        return self.ask(prompt, _by(kind), kind=kind, default=default, before=before)

    def needed(
        self,
        given: Any,
        option: str,
        prompt: str,
        kind: click.ParamType[Any],
        *,
        default: Any = None,
    ) -> Any:
        """
        A value that must be there.
        """
        if given is not None:
            return given
        if default is not None and not self.eager:
            return default
        return self.required(option, prompt, kind, default=default)

    def wanted(
        self,
        given: Any,
        prompt: str,
        kind: click.ParamType[Any],
        *,
        before: Callable[[], object] | None = None,
    ) -> Any:
        """
        A value that may be left out.
        """
        if given is None and self.eager:
            return self.optional(prompt, kind, before=before)
        return given

    def optional(
        self,
        prompt: str,
        kind: click.ParamType[Any],
        *,
        before: Callable[[], object] | None = None,
    ) -> Any:
        """
        An answer that may be left out.
        """

        def converted(answer: str) -> Any:
            return kind.convert(answer, None, None) if answer.strip() else None

        return self.ask(
            f"{prompt} (empty: none)", converted, default="", show_default=False, before=before
        )

    def several(
        self, given: tuple[Any, ...], prompt: str, kind: click.ParamType[Any]
    ) -> tuple[Any, ...]:
        """
        Values with semicolons between them, each once.
        """
        if given or not self.eager:
            return tuple(dict.fromkeys(given))

        def converted(answer: str) -> tuple[Any, ...]:
            parts = [part for part in answer.split(";") if part.strip()]
            return tuple(dict.fromkeys(kind.convert(part, None, None) for part in parts))

        asked = f"{prompt} (several with ; between, empty: none)"
        found: tuple[Any, ...] = self.ask(asked, converted, default="", show_default=False)
        return found

    def one_of(
        self,
        prompt: str,
        words: Iterable[str],
        *,
        default: str,
        meaning: Mapping[Any, str] | None = None,
    ) -> str:
        """
        One of several words.

        Args:
            prompt: What is asked.
            words: What can be answered.
            default: What an empty answer stands for.
            meaning: What each word means, shown before the question.
        """
        # A member of an enumeration would be offered by its name.
        kind = click.Choice([str(word) for word in words])
        means = {str(word): said for word, said in (meaning or {}).items()}
        cells = max(map(len, means), default=0)

        def explain() -> None:
            for word, said in means.items():
                self.app.say(f"  {word:<{cells}}  {said}")

        found: str = self.ask(
            prompt, _by(kind), kind=None if means else kind, default=str(default), before=explain
        )
        return found

    def confirm(self, prompt: str, *, default: bool) -> bool:
        """
        Yes or no.
        """
        found: bool = self.ask(
            f"{prompt} [{'Y/n' if default else 'y/N'}]", _by(click.BOOL),
            default="y" if default else "n", show_default=False,
        )  # fmt: skip
        return found


def _by(kind: click.ParamType[Any]) -> Callable[[Any], Any]:
    return lambda answer: kind.convert(answer, None, None)
