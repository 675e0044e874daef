"""What the demonstration shows when it is ready: what to open, what to type, how to record a decree."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from rich.markup import escape

from asn_ledger.cli import output
from asn_ledger.cli.demo_city import Recorded
from asn_ledger.cli.demo_sights import NextDecree, Sights, Token
from asn_ledger.cli.output import say
from asn_ledger.language import translate


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything there is to show.

    Args:
        address: of the service.
        home: the demonstration's own.
        served: whether the service runs; otherwise it has to be started.
        recorded: the city.
        seconds: what each step took.
        sights: what to look at.
        tokens: who may look at it.
        decree: what can be recorded next.
        unset: settings of this environment that would lead commands to another ledger.
    """

    address: str
    home: Path
    served: bool
    recorded: Recorded
    seconds: dict[str, float]
    sights: Sights
    tokens: tuple[Token, ...]
    decree: NextDecree | None
    unset: tuple[str, ...]

    def places(self) -> list[tuple[str, str]]:
        """What to open in a browser."""
        post, then = f"{self.address}/jabatan/{self.sights.post}", self.sights.then
        return [
            ("post", post),
            ("post_then", f"{post}?valid_on={then}&known_at={then}"),
            ("search", f"{self.address}/cari?q=lurah"),
            ("ledger", f"{self.address}/buku-besar"),
            ("api", f"{self.address}/api/v1/openapi.json"),
        ]

    def sign_in(self) -> str:
        """Where a token is exchanged for what its account may see."""
        return f"{self.address}/masuk"

    def commands(self) -> list[str]:
        """What to type, after `setting`."""
        program, post, then = _program(), self.sights.post, self.sights.then
        typed = [
            f"{program} post {post} --valid-on {then} --known-at {then}",
            f"{program} replay --post {post}",
            f"{program} verify",
        ]
        return typed if self.served else [*typed, f"{program} serve"]

    def setting(self) -> str:
        """What makes commands in another terminal speak of this ledger."""
        also = "".join(f" {name}=" for name in self.unset)
        return f"export ASN_LEDGER_HOME={quote(str(self.home))}{also}"

    def requests(self) -> list[list[str]]:
        """How to record the next decree: one person sends it, another confirms it; each a command in several lines."""
        if self.decree is None:
            return []
        first, second = self.tokens[0].token, self.tokens[1].token
        address = f"{self.address}/api/v1/decrees"
        return [
            [
                f"curl {address} -H 'Authorization: Bearer {first}'",
                f"-H 'Idempotency-Key: {self.decree.key}' -H 'Content-Type: application/json'",
                f"--data-binary @{quote(str(self.decree.file))}",
            ],
            [
                f"curl -X POST '{address}/{self.decree.id}/confirmation?wait=live'",
                f"-H 'Authorization: Bearer {second}'",
            ],
        ]


def _program() -> str:
    """How this program is called in a terminal like this one."""
    called = Path(sys.argv[0])
    return "asn-ledger" if shutil.which("asn-ledger") or not called.is_file() else quote(str(called))


def screen_as_json(screen: Screen) -> dict[str, object]:
    """The screen for programs."""
    return {
        "address": screen.address,
        "served": screen.served,
        "home": str(screen.home),
        "city": screen.recorded,
        "seconds": screen.seconds,
        "sign_in": screen.sign_in(),
        "open": dict(screen.places()),
        "tokens": screen.tokens,
        "setting": screen.setting(),
        "commands": screen.commands(),
        "decree": None
        if screen.decree is None
        else {"id": screen.decree.id, "post": screen.decree.post, "file": str(screen.decree.file)},
        "requests": [" ".join(lines) for lines in screen.requests()],
    }


def print_screen(screen: Screen) -> None:
    """Print it; what is to be copied stands on lines of its own, never broken."""
    city = screen.recorded.city
    there = {"decrees": screen.recorded.decrees, "entries": screen.recorded.entries}
    _head("made", people=city.people, years=city.years, **there)
    took = ", ".join(f"{say(f'demo.took.{name}')} {seconds:.1f} s" for name, seconds in screen.seconds.items())
    output.print_said("demo.took.all", steps=took)
    _head("tokens" if screen.served else "tokens_served")
    output.print_text(f"  {screen.sign_in()}")
    for one in screen.tokens:
        output.print_text(f"    {one.name} ({say(f'demo.role.{one.role}')})  {one.token}")
    _head("open")
    for name, address in screen.places():
        words = {"title": screen.sights.title, "then": str(screen.sights.then)} if name.startswith("post") else {}
        output.print_text(f"  {say(f'demo.place.{name}', **words)}\n    {address}")
    _head("type")
    output.print_text(f"  {screen.setting()}")
    for command in screen.commands():
        output.print_text(f"  {command}")
    if screen.decree is not None:
        capacity = translate(output.language(), f"capacity.{screen.decree.capacity}")
        _head("record", person=screen.decree.person, capacity=capacity, title=screen.decree.title)
        for lines in screen.requests():
            output.print_text("  " + " \\\n    ".join(lines))
        output.print_text(f"  {say('demo.then_open')}\n    {screen.address}/jabatan/{screen.decree.post}")
    if screen.served:
        _head("end")
    sys.stdout.flush()


def _head(name: str, **values: str | int) -> None:
    output.out.print(f"\n[bold]{escape(say(f'demo.{name}', **values))}[/bold]")
