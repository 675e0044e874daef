"""How a command was called wrongly, said in this run's language: typer says it in English alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from pydantic import ValidationError
from typer._click import exceptions  # typer keeps these classes there and exports only one of them

from asn_ledger.cli.output import Said, language, say
from asn_ledger.cli.output import tell as print_error
from asn_ledger.language import has_message, translate

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(shape, re.IGNORECASE), key)
    for shape, key in (
        (r"Missing command\.", "missing_command"),
        (r"No such command (?P<name>'.*')\. Did you mean (?P<others>.*)\?", "no_command_but"),
        (r"No such command (?P<name>'.*')\. ?", "no_command"),
        (r"Got unexpected extra argument(?:s|\(s\))? \((?P<words>.*)\)", "extra"),
        (r"Option (?P<name>'.*') requires an? .*", "needs_value"),
        (r"Option (?P<name>'.*') does not take a value\.", "takes_no_value"),
        (r"\w+ (?P<path>'.*') does not exist\.", "not_there"),
        (r"\w+ (?P<path>'.*') is a directory\.", "not_file"),
        (r"\w+ (?P<path>'.*') is a file\.", "not_folder"),
        (r"\w+ (?P<path>'.*') is not readable\.", "not_readable"),
        (r"(?:Value )?(?P<value>'.*') is not a valid int(?:eger)?(?: range)?\.", "not_whole"),
        (r"(?:Value )?(?P<value>'.*') is not a valid (?:float|number)(?: range)?\.", "not_number"),
        (r"(?:Value )?(?P<value>'.*') is not a valid UUID\.", "not_uuid"),
        (r"(?P<value>'.*') does not match the formats (?P<forms>.*)\.", "not_date"),
        (r"(?P<value>'.*') is not one of (?P<choices>.*)\.", "not_among"),
        (r"(?P<value>\S+) is not in the range (?P<range>.*)\.", "not_in_range"),
    )
)
"""What typer says, and the key of our message for it."""


class Usage(exceptions.UsageError):
    """A call that cannot be right, in this run's language."""

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 -- typer's signature; Any: of whatever text
        """Say on the error stream how the command is called, and what is wrong."""
        if self.ctx is not None:
            print_error(self.ctx.get_usage())
            print_error(say("usage.try", command=self.ctx.command_path) + "\n")
        print_error(f"{say('usage.error')}: {self.message}")


@contextmanager
def spoken() -> Iterator[None]:
    """Let what is wrong with a call be said in this run's language."""
    try:
        yield
    except (Usage, exceptions.NoArgsIsHelpError):
        raise
    except exceptions.UsageError as error:
        raise Usage(_told(error), error.ctx) from None


def _told(error: exceptions.UsageError) -> str:
    match error:
        case exceptions.MissingParameter():
            kind = error.param_type or getattr(error.param, "param_type_name", "option")
            return say(f"usage.missing_{kind}", name=_hint(error))
        case exceptions.NoSuchOption(possibilities=others):
            name = error.option_name
            if others:
                return say("usage.no_option_but", name=name, others=", ".join(sorted(others)))
            return say("usage.no_option", name=name)
        case exceptions.BadParameter():
            hint = _hint(error)
            why = error.message if isinstance(error.message, Said) else _why(error)
            return say("usage.invalid", name=hint, why=why) if hint else say("usage.invalid_value", why=why)
        case _:
            return _by_shape(error.message)


def _why(error: exceptions.BadParameter) -> str:
    """Why a value cannot be used: what pydantic found wrong with it, or what typer says."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        (item, *_) = cause.errors(include_url=False)
        key = f"refusal.fault.{item['type']}"
        if item["type"] != "value_error" and has_message(key):
            values = {name: str(value) for name, value in item.get("ctx", {}).items()}
            return translate(language(), key, **values)
    return _by_shape(error.message)


def _by_shape(said: str) -> str:
    """Our message for what typer says; its own words where we know none."""
    for shape, key in _SHAPES:
        found = shape.fullmatch(said.removeprefix("Value error, "))
        if found is not None:
            return say(f"usage.{key}", **found.groupdict())
    return said


def _hint(error: exceptions.BadParameter) -> str:
    """The parameter that is meant, as it is typed."""
    hint = error.param_hint
    if hint is None and error.param is not None:
        hint = error.param.get_error_hint()
    return hint if isinstance(hint, str) else " / ".join(repr(one) for one in hint or ())
