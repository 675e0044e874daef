"""What a ledger says of what it lost: put back from a backup, it lacks what others had seen, and began a new origin.

Whoever signed or cosigned under the origin before never signs under the new one by mistake: no witness is asked to
take back what it vouched for. The fact of it is the first after what was put back, so that whoever shows anything
signed under the new origin shows that something was lost before it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

RESTORED: Final = "ledger.restored.v1"
"""The stored type of the fact that a ledger was put back."""

LOSSES: Final = "register:losses"
"""The tag of facts about what was lost."""

_NUMBERED = re.compile(r"e([1-9][0-9]{0,5})")
_NAMED = 2
"""So many parts of an origin name program and agency."""


@dataclass(frozen=True, slots=True)
class Loss:
    """That what followed was lost, and that the ledger goes on under a new origin.

    Args:
        position: of the fact that says so, the first that was recorded after.
        earlier: the origin until then.
        origin: the one from here on.
        last: the last position that is known to be lost; the first is `position`.
        seen: origin, size and root (hex) of the newest checkpoint that others had; of root and origin "" where only
            acknowledgements tell.
        reason: as those who answer for it stated it.
        by: who proposed and who agreed to it, by their ids; empty where it is not shown.
    """

    position: int
    earlier: str
    origin: str
    last: int
    seen: tuple[str, int, str]
    reason: str
    by: tuple[str, ...]

    @property
    def kept(self) -> int:
        """How many entries were put back: both origins share these."""
        return self.position - 1

    def concerns(self, origin: str, size: int) -> bool:
        """Whether a checkpoint of this origin and size is of a tree that was lost."""
        return size > self.kept and origin in {self.earlier, self.seen[0]}

    def told(self) -> dict[str, object]:
        """It as JSON types."""
        return {
            "position": self.position,
            "earlier": self.earlier,
            "origin": self.origin,
            "kept": self.kept,
            "lost": [self.position, self.last],
            "seen": {"origin": self.seen[0], "size": self.seen[1], "root": self.seen[2]},
            "reason": self.reason,
            "by": list(self.by),
        }


def read_loss(position: int, payload: Mapping[str, Any], record: Mapping[str, Any] | None) -> Loss | None:
    """Read the loss out of a fact of the type `RESTORED`; None where nothing was lost (Any: JSON).

    Raises:
        ValueError, KeyError, TypeError: the payload is none of a loss.
    """
    if payload.get("origin") is None:
        return None
    texts = [payload["origin"], payload["earlier"], payload["reason"], payload.get("witnessed_root", "")]
    texts.append(payload.get("witnessed_origin", payload["earlier"] if texts[3] else ""))
    numbers = [payload["size"], payload["lost_to"], payload.get("witnessed_size", 0)]
    if not all(isinstance(one, str) for one in texts) or not all(type(one) is int for one in numbers):
        raise ValueError("a loss is told in texts and numbers")
    origin, earlier, reason, root, seen = texts
    if numbers[0] != position - 1 or numbers[1] < position or origin == earlier or not origin or not reason:
        raise ValueError("a loss begins where it is told, under another origin, for a reason")
    return Loss(position, earlier, origin, numbers[1], (seen, numbers[2], root), reason, _by(record))


def _by(record: Mapping[str, Any] | None) -> tuple[str, ...]:  # Any: JSON
    people = [] if record is None else [record.get("recorded_by"), record.get("confirmed_by")]
    return tuple(str(one["id"]) for one in people if isinstance(one, dict) and "id" in one)


@dataclass(frozen=True, slots=True)
class Origins:
    """Under which origins a ledger's checkpoints were signed, one after the other.

    Args:
        current: the one that signs now.
        losses: in order of position; each began a new one.
    """

    current: str
    losses: tuple[Loss, ...] = ()

    def at(self, size: int) -> str:
        """Give the origin under which a checkpoint of this size is signed."""
        for loss in reversed(self.losses):
            if size >= loss.position:
                return loss.origin
        return self.losses[0].earlier if self.losses else self.current

    def loss_of(self, origin: str, size: int) -> Loss | None:
        """Give the loss in which the tree of such a checkpoint went."""
        return next((loss for loss in self.losses if loss.concerns(origin, size)), None)

    def named(self) -> tuple[str, ...]:
        """Give all origins that it ever had, the newest first, and those of trees that are lost."""
        found = [self.current]
        for loss in reversed(self.losses):
            found += [loss.earlier, loss.seen[0]]
        return tuple(dict.fromkeys(name for name in found if name))

    def unexplained(self) -> Loss | str | None:
        """Give the loss that does not go on from the one before, or the current origin if nothing begins it."""
        before = self.losses[0].earlier if self.losses else self.current
        known = {before}
        for loss in self.losses:
            if loss.earlier != before or loss.origin in known:
                return loss
            before = loss.origin
            known.add(before)
        return self.current if before != self.current or (not self.losses and stem_of(before)[1] > 1) else None


def stem_of(origin: str) -> tuple[str, int]:
    """Take an origin's name apart: what all origins of its ledger share, and how many there were with this one.

    `asn-ledger/kota-salatiga/e2/Asia/Jakarta` is the second; an agency may be called `e2` itself.
    """
    shared, number = list[str](), 1
    for place, part in enumerate(origin.split("/")):
        if place >= _NAMED and (found := _NUMBERED.fullmatch(part)):
            number = int(found[1])
        else:
            shared.append(part)
    return "/".join(shared), number


def next_origin(origin: str, zone: str, taken: Iterable[str]) -> str:
    """Name the origin that comes after one, and after all that are taken.

    It ends in the zone where the one before does, because checkpoints then need no further line.
    """
    shared, _ = stem_of(origin)
    ends = f"/{zone}" if shared.endswith(f"/{zone}") else ""
    number = max(stem_of(one)[1] for one in (origin, *taken)) + 1
    return f"{shared.removesuffix(ends)}/e{number}{ends}"
