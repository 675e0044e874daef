"""Which commands there are. A command's module is imported when it is asked for: help must not wait for the others."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, TypeAlias

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from asn_ledger.cli.output import say
from asn_ledger.cli.usage import spoken
from asn_ledger.language import has_message

Table: TypeAlias = "Mapping[str, str | Table]"
"""A command's name -> `module:function` under this package, or the table of a group of commands."""

COMMANDS: Table = {
    "demo": "demo:demo",
    "init": "installation:init",
    "config": "installation:config",
    "migrate": "installation:migrate",
    "upgrade-database": "installation:upgrade_database",
    "rotate-kek": "installation:rotate_kek",
    "account": {
        "add": "account:add",
        "token": "account:token",
        "password": "account:password",
        "totp": "account:totp",
        "roles": "account:roles",
        "link": "account:link",
        "tokens": "account:tokens",
        "list": "account:list_accounts",
        "lock": "account:lock",
        "unlock": "account:unlock",
        "close": "account:close",
        "revoke": "account:revoke",
    },
    "keys": {
        "list": "keys:list_keys",
        "introduce": "keys:introduce",
        "trust": "keys:trust",
        "require": "keys:require",
        "revoke": "keys:revoke",
    },
    "serve": "serve:serve",
    "simulate": "simulate:simulate",
    "record": "record:record",
    "confirm": "confirm:confirm",
    "refuse": "confirm:refuse",
    "withdraw": "confirm:withdraw",
    "bulk": {
        "record": "bulk:record",
        "confirm": "bulk:confirm",
        "show": "bulk:show",
        "list": "bulk:list_days",
    },
    "sheet": {"read": "sheet:read", "write": "sheet:write"},
    "document": {
        "add": "document:add",
        "get": "document:get",
        "list": "document:list_documents",
        "intake": "intake:intake",
        "propose": "matching:propose",
        "match": "matching:match",
        "set-aside": "matching:set_aside",
        "coverage": "coverage:coverage",
    },
    "tasks": "tasks:list_tasks",
    "erasure": {
        "propose": "erasure:propose",
        "assess": "erasure:assess",
        "approve": "erasure:approve",
        "stop": "erasure:stop",
        "run": "erasure:run",
        "list": "erasure:list_erasures",
    },
    "hold": {"place": "erasure:place_hold", "lift": "erasure:lift_hold", "list": "erasure:list_holds"},
    "search": "search:search",
    "post": "post:post",
    "employee": "employee:employee",
    "unit": "unit:unit",
    "staff": "staff:staff",
    "duk": "staff:duk",
    "due": "due:due",
    "replay": "replay:replay",
    "rebuild": "rebuild:rebuild",
    "status": "status:status",
    "checkpoint": "proof:checkpoint",
    "proof": "proof:proof",
    "verify": "verify:verify",
    "evidence": "evidence:evidence",
    "verify-evidence": "evidence:verify_evidence_file",
    "backup": {
        "database": "backup:database",
        "wal": "backup:wal",
        "keys": "backup:keys",
        "check": "backup:check",
    },
    "restore": {
        "database": "restore:database",
        "keys": "restore:keys",
        "audit": "restore:audit",
        "continue": "continuing:go_on",
    },
    "import": {
        "ledger": "import_ledger:ledger",
        "siasn": "import_siasn:siasn",
        "list": "import_siasn:list_runs",
        "report": "import_siasn:report",
        "settle": "import_siasn:settle",
        "undo": "import_siasn:undo",
    },
    "signer": {"run": "signer:run", "rotate": "signer:rotate"},
    "witness": {
        "init": "witness:init",
        "add-log": "witness:add_log",
        "serve": "witness:serve",
        "show": "witness:show",
    },
    "export": {"ledger": "export:ledger", "tiles": "export:tiles"},
}

_EXAMPLE = re.compile(r"`(asn-ledger [^`]+)`")


class _Formatter(typer.Context.formatter_class):  # type: ignore[misc, valid-type]  # named by its context alone
    """Writes help; the words that typer brings along in this run's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        for word in ("OPTIONS", "COMMAND", "ARGS"):
            args = re.sub(rf"(?<!\{{)\b{word}\b", say(f"help.word_{word.lower()}"), args)
        super().write_usage(prog, args, prefix or f"{say('help.usage')}: ")

    def section(self, name: str) -> Any:  # Any: a context manager of typer's own
        """A part with its heading."""
        return super().section({"Options": say("help.options"), "Arguments": say("help.arguments")}.get(name, name))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms with what they mean."""
        said = [(term, text.replace("required]", f"{say('help.required')}]")) for term, text in rows]
        super().write_dl(said, col_max, col_spacing)


class _Spoken:
    """What a command and a group of them say of themselves."""

    def get_help(self, ctx: Any) -> str:  # Any: its class is private
        """The help."""
        formatter = _Formatter(width=ctx.terminal_width, max_width=ctx.max_content_width)
        self.format_help(ctx, formatter)  # type: ignore[attr-defined]  # of the class beside it
        return str(formatter.getvalue()).rstrip("\n")

    def get_usage(self, ctx: Any) -> str:  # Any: as above
        """How it is called."""
        formatter = _Formatter(width=ctx.terminal_width, max_width=ctx.max_content_width)
        self.format_usage(ctx, formatter)  # type: ignore[attr-defined]  # as above
        return str(formatter.getvalue()).rstrip("\n")

    def get_help_option(self, ctx: Any) -> Any:  # Any: as above
        """The option that asks for help."""
        option = super().get_help_option(ctx)  # type: ignore[misc]  # as above
        if option is not None:
            option.help = say("help.help")
        return option


class _Command(_Spoken, TyperCommand):
    """One command."""


class Commands(_Spoken, TyperGroup):
    """A group of commands out of a table, described in this run's language."""

    def __init__(self, *, table: Table = COMMANDS, path: tuple[str, ...] = (), **rest: Any) -> None:  # Any: typer's own
        super().__init__(**{**rest, "commands": {}, "help": say(".".join(("help", *path, "all")))})
        self.commands = _Lazy(table, path)  # type: ignore[assignment]  # read only, which is all that is done with it
        for parameter in self.params:
            parameter.help = _option_help(path, str(parameter.name))  # type: ignore[attr-defined]  # options have one

    def make_context(self, *args: Any, **rest: Any) -> Any:  # Any: its class is private
        """What a call is about; one that cannot be right is refused in this run's language."""
        with spoken():
            return super().make_context(*args, **rest)

    def invoke(self, ctx: Any) -> Any:  # Any: as above
        """Run the command that was asked for."""
        with spoken():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- typer's signature; Any: its class is private
        """The names, without importing anything."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 -- Any: as above
        """Write the commands with the first line of what the catalog says of each."""
        assert isinstance(self.commands, _Lazy)  # noqa: S101 -- set above
        with formatter.section(say("help.commands")):
            formatter.write_dl([(name, self.commands.summary(name)) for name in self.commands])


class _Lazy(Mapping[str, TyperCommand | TyperGroup]):
    """Commands by name, each made when it is looked up."""

    def __init__(self, table: Table, path: tuple[str, ...]) -> None:
        self._table, self._path = table, path

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        place, path = self._table[name], (*self._path, name)
        if isinstance(place, str):
            return load(place, path)
        return Commands(table=place, path=path, name=name, no_args_is_help=True, rich_markup_mode=None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def summary(self, name: str) -> str:
        path = ("help", *self._path, name)
        return say(".".join(path if isinstance(self._table[name], str) else (*path, "all"))).split("\n", 1)[0]


def load(place: str, path: tuple[str, ...]) -> TyperCommand:
    """The command of `module:function`, with its help in this run's language and the examples of its docstring."""
    module, _, function = place.partition(":")
    callback = getattr(import_module(f"asn_ledger.cli.{module}"), function)
    made = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    text = "\n\n".join([say(".".join(("help", *path))), _examples(callback)])
    made.command(path[-1], cls=_Command, help=text)(_telling()(callback))
    command = get_command(made)
    assert isinstance(command, TyperCommand)  # noqa: S101 -- one function is one command
    for parameter in command.params:
        parameter.help = _option_help(path, str(parameter.name))  # type: ignore[attr-defined]  # typer's have one
    return command


def examples(callback: Callable[..., object]) -> list[str]:
    """The command lines that a function's docstring shows."""
    return _EXAMPLE.findall(inspect.getdoc(callback) or "")


def _examples(callback: Callable[..., object]) -> str:
    return "\n".join(["\b", say("help.examples"), *(f"  {line}" for line in examples(callback))])


def _option_help(path: tuple[str, ...], name: str) -> str:
    own = f"option.{'_'.join(path)}.{name}"
    return say(own if has_message(f"cli.{own}") else f"option.{name}")


def _telling() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What lets a command say its failures; it knows their classes, so that it comes with the command's module."""
    telling: Callable[[Callable[..., None]], Callable[..., None]] = import_module("asn_ledger.cli.failures").telling
    return telling
