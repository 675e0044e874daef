"""How people go: retirement, death, own request, dismissal, transfer to other agencies, the end of a contract."""

from datetime import date
from functools import partial

from asn_ledger.simulation.dates import next_first, plus_days, retirement_day
from asn_ledger.simulation.desk import Wish
from asn_ledger.simulation.lives import RANKS, Json, Person, Post
from asn_ledger.simulation.world import World

_CODE = "882"
_ELSEWHERE = ("Pemerintah Kabupaten Semarang", "Pemerintah Kabupaten Grobogan", "Pemerintah Kota Semarang",
              "Pemerintah Provinsi Jawa Tengah", "Kementerian Keuangan", "Badan Pusat Statistik")  # fmt: skip


def due_to_retire(world: World, person: Person) -> None:
    """Put somebody's retirement on the agenda."""
    person.retires = retirement_day(person.born, 58)
    world.agenda.at(person.retires, partial(_retire, world, person))


def _retire(world: World, person: Person, day: date) -> None:
    if not person.serving or person.status.startswith("pppk"):
        return
    later = retirement_day(person.born, 60)
    post = person.post
    stays = post is not None and (post.kind == "jpt_pratama" or post.function == "guru")
    if stays and day < later:
        world.agenda.at(later, partial(_retire, world, person))
        return
    decided = world.later(day, -120, -30)
    late = day > person.retires and not stays
    separate(world, person, day, decided, "bup", pension_from=day, draft=not late)


def separate(
    world: World, person: Person, day: date, decided: date, reason: str, *, honour: str = "hormat",
    pension_from: date | None = None, draft: bool = True,
) -> None:  # fmt: skip
    """End somebody's service: `day` is the first day out of it."""
    row: Json = {"row": 0, "action": "separate", "employee": person.id, "reason": reason, "honour": honour}
    if pension_from is not None:
        row["pension_from"] = pension_from.isoformat()
    row["tmt"] = {"on": day.isoformat()}
    high = person.rank_scale == "pns" and person.rank >= RANKS.index("IV/c")
    wish = Wish(
        "keppres" if high else "petikan",
        _CODE,
        "presiden" if high else "wali-kota",
        matter=reason,
        considerations=(world.desk.consideration("pertek_bkn", plus_days(decided, -25), 1),) if reason == "bup" else (),
        draft=draft and reason == "bup",
    )
    world.desk.issue(wish, decided, [row], touched(person))
    world.leave(person, day)
    world.exited = [*world.exited[-30:], (person, day)]


def touched(person: Person) -> list[Person | Post]:
    """A person with the posts they hold, definitive and acting."""
    return [person, *(post for post in (person.post, person.acts) if post is not None)]


def death(world: World, person: Person, day: date) -> None:
    """Somebody dies on the eve of `day`; the pension of the family runs from the next month."""
    separate(world, person, day, world.later(day, 2, 25), "meninggal", pension_from=next_first(day))


def by_own_request(world: World, person: Person, day: date) -> None:
    """Somebody goes at their own request on the first of a month."""
    separate(world, person, day, world.later(day, -45, -8), "aps")


def dismissal(world: World, person: Person, day: date) -> None:
    """Somebody is dismissed for a severe breach or a crime."""
    crime = world.chance.random() < 0.35
    reason = "pidana" if crime else "hukdis_berat"
    separate(world, person, day, world.later(day, -20, -3), reason, honour="tidak_hormat" if crime else "hormat")


def end_of_contract(world: World, person: Person, day: date) -> None:
    """A work agreement runs out and is not prolonged."""
    renewed = person.contract_until is not None and person.contract_until >= day
    if person.serving and person.status.startswith("pppk") and not renewed:
        separate(world, person, day, world.later(day, -60, -5), "kontrak_berakhir")


def transfer_out(world: World, person: Person, day: date, agency: str | None = None) -> None:
    """Somebody moves to another agency; `day` is the first day no longer here."""
    decided = world.later(day, -40, -6)
    letters = tuple(
        world.desk.consideration(kind, world.later(decided, -90, -15), 1)
        for kind in ("lolos_butuh", "persetujuan_lepas", "pertek_bkn")
    )
    to_agency = agency or world.chance.choice(_ELSEWHERE)
    row = {"row": 0, "action": "transfer_out", "employee": person.id, "to_agency": to_agency}
    signer = "kepala-bkn" if to_agency.startswith(("Kementerian", "Badan")) else "gubernur"
    wish = Wish("keputusan", "824.4", signer, matter="other agency", considerations=letters)
    world.desk.issue(wish, decided, [{**row, "tmt": {"on": day.isoformat()}}], touched(person))
    world.leave(person, day)
    if agency is None and (day - person.born).days < 48 * 365:
        world.gone.append((person, day))
