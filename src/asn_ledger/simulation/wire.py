"""The city once more as SIASN would hand it over: one file per person, one for units; no times of recording.

The wire has holes, as BKN's has: no ends, no signers, no seats, and nothing of which only the year is known.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from asn_ledger.simulation.account import Account, Record
from asn_ledger.simulation.fold import Fact
from asn_ledger.simulation.lives import RANKS, Json

AGENCY = "A5EB03E23CC8F6A0E040640A040252AD"
_ELSEWHERE = "A5EB03E23CC8F6A0E040640A04025AAA"
_FULL = 10
_ROMAN = ("I", "II", "III", "IV")
_RANK = {one: f"{_ROMAN.index(one[:-2]) + 1}{'abcde'.index(one[-1]) + 1}" for one in RANKS}
_LEVEL = {"II.a": "21", "II.b": "22", "III.a": "31", "III.b": "32", "IV.a": "41", "IV.b": "42"}
_KIND = {
    "reguler": "101", "pilihan_struktural": "201", "pilihan_jf": "202", "penyesuaian_ijazah": "203",
    "prestasi_luar_biasa": "208",
}  # fmt: skip
_REASON = {
    "bup": "1", "meninggal": "2", "aps": "3", "cacat": "4", "uzur": "5", "tewas": "6", "hukdis_berat": "7",
    "pidana": "12",
}  # fmt: skip
_EDUCATION = {
    "sd": "05", "sltp": "10", "slta": "15", "d1": "20", "d2": "25", "d3": "30", "d4": "35", "s1": "40", "profesi": "42",
    "s2": "45", "s3": "50",
}  # fmt: skip
_ASSIGNMENT = {"definitif": "D", "plt": "PLT", "plh": "PLH", "pj": "PJ"}
_EXPECTATION = {"di_atas": "DIATAS EKSPEKTASI", "sesuai": "SESUAI EKSPEKTASI", "di_bawah": "DIBAWAH EKSPEKTASI"}


def siasn_id(*parts: object) -> str:
    """An id as SIASN has them: 32 hexadecimal digits, following from what is named."""
    return hashlib.sha1("|".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()[:32].upper()


def units(account: Account) -> Json:
    """The file of units: those that still stand, each with the post that leads it."""
    heads = {post["unit"]: post for post in account.posts.values() if post["leads_unit"] and post["ended"] is None}
    rows = []
    for unit, body in account.units.items():
        if body["ended"] is None:
            name, parent = unit_now(body)
            head = heads.get(unit)
            rows.append({
                "Id": siasn_id(unit),
                "InstansiId": AGENCY,
                "DiatasanId": None if parent is None else siasn_id(parent),
                "NamaUnor": name.upper(),
                "NamaJabatan": "" if head is None else title_on(head, None).upper(),
                "EselonId": "" if head is None else _LEVEL.get(level_on(head, None) or "", "99"),
            })  # fmt: skip
    return {"ref-unor": rows}


def unit_now(body: Json) -> tuple[str, str | None]:
    """Name and parent of a unit now."""
    name, parent = body["name"], body["parent"]
    for change in sorted(body["changes"], key=lambda one: one["on"]):
        name = change.get("name", name)
        if change["action"] == "move_unit":
            parent = change["parent"]
    return name, parent


def _changed(body: Json, name: str, day: str | None) -> str | None:
    value: str | None = body[name]
    for change in sorted(body["changes"], key=lambda one: one["on"]):
        if (day is None or change["on"] <= day) and name in change:
            value = change[name]
    return value


def title_on(body: Json, day: str | None) -> str:
    """A post's title on a day, or now."""
    return _changed(body, "title", day) or ""


def level_on(body: Json, day: str | None) -> str | None:
    """A post's level on a day, or now."""
    return _changed(body, "level", day)


def unit_on(body: Json, day: str | None) -> str:
    """A post's unit on a day, or now."""
    return _changed(body, "unit", day) or ""


def person(account: Account, employee: str, record: Record) -> Json | None:
    """The file of a person; None where nothing says how they came in."""
    entry = next((fact for fact in record.facts if fact.action in _ENTRIES and not fact.struck), None)
    if entry is None or record.canonical is not None:
        return None
    return {
        "data-utama": _main(account, employee, record, entry),
        "rw-golongan": list(_ranks(account, record)),
        "rw-jabatan": [*_posts(account, record), *_duties(account, record)],
        "rw-pnsunor": list(_units_of(account, record)),
        "skp22": list(_appraisals(record)),
        "rw-skp": list(_counted(record)),
        "rw-pendidikan": list(_educations(record)),
        "rw-pemberhentian": list(_separations(account, record)),
        "rw-pindahinstansi": list(_agencies(account, record)),
    }


_ENTRIES = ("open_career", "appoint_cpns", "contract_pppk", "transfer_in")


def _day(iso: str | None) -> str:
    """`dd-MM-yyyy`; a date of which the day is unknown is not on the wire."""
    return "" if iso is None or len(iso) != _FULL else f"{iso[8:]}-{iso[5:7]}-{iso[:4]}"


def _decree(account: Account, decree: str) -> tuple[str, str]:
    number, on = account.issued[decree]
    return number or "", _day(on)


def _main(account: Account, employee: str, record: Record, entry: Fact) -> Json:
    body = entry.body
    servant = next((fact for fact in record.facts if fact.action == "appoint_pns" and not fact.struck), None)
    separated = next((fact for fact in record.facts if fact.action == "separate" and not fact.struck), None)
    number, on = _decree(account, entry.decree) if entry.action == "appoint_cpns" else ("", "")
    servant_number, servant_on = ("", "") if servant is None else _decree(account, servant.decree)
    contract = entry.action == "contract_pppk"
    part_time = contract and body["part_time"]
    first = body["rank"] if entry.action in ("appoint_cpns", "contract_pppk") else None
    dead = separated is not None and separated.body["reason"] in ("meninggal", "tewas")
    return {
        "id": siasn_id(employee),
        "nipBaru": record.nip,
        "nipLama": "",
        "nama": record.name.upper(),
        "tglLahir": _day(body.get("born_on")),
        "jenisKelamin": {"m": "M", "f": "F"}[body["sex"]],
        "jenisPegawaiNama": "PPPK PARUH WAKTU" if part_time else "PPPK" if contract else "PNS",
        "golRuangAwalId": "" if first is None else first if contract else _RANK[first],
        "tmtCpns": _day(entry.tmt) if entry.action in ("appoint_cpns", "contract_pppk") else "",
        "nomorSkCpns": number,
        "tglSkCpns": on,
        "tmtPns": "" if servant is None else _day(servant.tmt),
        "nomorSkPns": servant_number,
        "tglSkPns": servant_on,
        "tmtPensiun": "" if separated is None else _day(separated.body.get("pension_from")),
        "tglMeninggal": _day(_day_before(separated.tmt)) if dead and separated is not None else "",
        "instansiIndukId": AGENCY,
    }


def _day_before(iso: str | None) -> str | None:
    return None if iso is None or len(iso) != _FULL else (date.fromisoformat(iso) - timedelta(days=1)).isoformat()


def _ranks(account: Account, record: Record) -> Iterator[Json]:
    """The ranks believed last; that of the entry of a snapshot or of a transfer as a regular raise."""
    facts = {(fact.decree, fact.row): fact for fact in record.facts}
    for rank, began, _, decree, row in record.ranks.now:
        fact = facts[decree, row]
        if not rank_on_wire(rank, began):
            continue
        candidate = fact.action in ("appoint_cpns", "appoint_pns")
        number, on = ("", "") if fact.action in ("open_career", "transfer_in") else _decree(account, decree)
        kind = fact.body.get("kind", "reguler")
        if not candidate and kind not in _KIND:
            continue
        yield {
            "id": siasn_id("rw-golongan", decree, row, rank),
            "golonganId": _RANK[rank],
            "golongan": rank,
            "skNomor": number,
            "skTanggal": on,
            "tmtGolongan": _day(began),
            "jenisKPId": "211" if candidate else _KIND[kind],
            "masaKerjaGolonganTahun": fact.body.get("service_years"),
            "masaKerjaGolonganBulan": fact.body.get("service_months"),
        }


def rank_on_wire(rank: str, began: str | None) -> bool:
    """Whether a rank is on the wire: a PNS's, of which the day is known."""
    return rank in _RANK and began is not None and len(began) == _FULL


def tenure_on_wire(began: str) -> bool:
    """Whether the beginning of a tenure is on the wire: where the day is known. No end is."""
    return len(began) == _FULL


def _posts(account: Account, record: Record) -> Iterator[Json]:
    first = {(fact.decree, fact.row): fact for fact in record.facts}
    for tenure in sorted(record.tenures.now, key=lambda one: one[2]):
        post, capacity, began, _, decree, row, _ = tenure
        if not tenure_on_wire(began):
            continue
        body = account.posts[post]
        unit = unit_on(body, began)
        fact = first.get((decree, row))
        number, on = ("", "") if fact is not None and fact.action == "open_career" else _decree(account, decree)
        level = level_on(body, began)
        yield {
            "id": siasn_id("rw-jabatan", decree, row, post, began),
            "jenisJabatan": {"pelaksana": "4", "fungsional": "2"}.get(body["kind"], "1"),
            "jabatanFungsionalNama": (body.get("function") or "").upper(),
            "unorId": siasn_id(unit),
            "namaUnor": unit_now(account.units[unit])[0].upper(),
            "eselonId": _LEVEL.get(level or "", "99"),
            "namaJabatan": title_on(body, began).upper(),
            "tmtJabatan": _day(began),
            "nomorSk": number,
            "tanggalSk": on,
            "tmtPelantikan": "" if fact is None else _day(fact.body.get("inaugurated_on")),
            "jenisPenugasanId": _ASSIGNMENT[capacity],
            "jenisMutasiId": "MJ",
        }


_DUTY = {"kepala_sekolah": "KEPALA SEKOLAH", "kepala_puskesmas": "KEPALA PUSKESMAS"}


def duty_on_wire(what: str, began: str | None) -> bool:
    """Whether an additional duty is on the wire: one that the city has a name for, of which the day is known."""
    return what.split(" ", maxsplit=1)[0] in _DUTY and began is not None and len(began) == _FULL


def _duties(account: Account, record: Record) -> Iterator[Json]:
    for what, began, _, _, decree, row in record.duties.now:
        if not duty_on_wire(what, began):
            continue
        duty, unit = what.split(" ")
        number, on = _decree(account, decree)
        yield {
            "id": siasn_id("rw-jabatan", decree, row, unit, began),
            "jenisJabatan": "4",
            "unorId": siasn_id(unit),
            "namaUnor": unit_now(account.units[unit])[0].upper(),
            "eselonId": "99",
            "namaJabatan": _DUTY[duty],
            "tmtJabatan": _day(began),
            "nomorSk": number,
            "tanggalSk": on,
            "jenisPenugasanId": "TT",
            "jenisMutasiId": "MJ",
        }


def _units_of(account: Account, record: Record) -> Iterator[Json]:
    for fact in record.facts:
        if fact.action == "appoint_cpns" and not fact.struck:
            number, on = _decree(account, fact.decree)
            unit = fact.body["unit"]
            yield {
                "id": siasn_id("rw-pnsunor", fact.decree, fact.row),
                "unorId": siasn_id(unit),
                "namaUnorBaru": unit_now(account.units[unit])[0].upper(),
                "skNomor": number,
                "skTanggal": on,
            }


def _appraisals(record: Record) -> Iterator[Json]:
    for (year, result, behaviour, predicate, _, _, decree, row), _ in record.appraisals:
        if result is None or behaviour is None:
            continue
        yield {
            "id": siasn_id("skp22", decree, row),
            "tahun": str(year),
            "hasilKinerja": _EXPECTATION[result],
            "perilakuKerja": _EXPECTATION[behaviour],
            "kuadranKinerja": predicate.replace("_", " ").upper(),
            "nipNrpPenilai": "",
        }


def _counted(record: Record) -> Iterator[Json]:
    """Appraisals before 2022: a number, and by which regulation."""
    for (year, _, _, _, score, scale, decree, row), _ in record.appraisals:
        if score is not None and scale is not None:
            yield {
                "id": siasn_id("rw-skp", decree, row),
                "tahun": str(year),
                "nilaiPrestasiKerja": score,
                "jenisPeraturanKinerjaKd": scale.upper(),
                "penilaiNipNrp": "",
            }


def _educations(record: Record) -> Iterator[Json]:
    for fact in _standing(record, "record_education"):
        body = fact.body
        yield {
            "id": siasn_id("rw-pendidikan", fact.decree, fact.row),
            "tkPendidikanId": _EDUCATION[body["level"]],
            "pendidikanNama": (body.get("programme") or "").upper(),
            "namaSekolah": (body.get("institution") or "").upper(),
            "nomorIjasah": body.get("certificate") or "",
            "tglLulus": _day(fact.tmt),
            "tahunLulus": (fact.tmt or "")[:4],
            "isPendidikanPertama": "1" if body.get("first") else "0",
            "gelarDepan": body.get("title_before") or "",
            "gelarBelakang": body.get("title_after") or "",
        }


def _standing(record: Record, action: str) -> Iterable[Fact]:
    return (fact for fact in record.facts if fact.action == action and not fact.struck)


def exit_on_wire(account: Account, fact: Fact) -> str | None:
    """What the wire tells of an exit's day: it (`day`), that of its decree alone (`decree`), or no exit at all.

    The day is told of a transfer, of a death, and where the pension begins with it.
    """
    reason = fact.body.get("reason")
    told = reason in ("meninggal", "tewas") or (reason == "bup" and fact.body.get("pension_from") == fact.tmt)
    if fact.action == "transfer_out" or told:
        return "day" if _day(fact.tmt) else None
    return "decree" if reason in _REASON and _decree(account, fact.decree)[1] else None


def status_on_wire(record: Record, decree: str, row: int) -> bool:
    """Whether the beginning of a status is on the wire: how the person came in, and became a civil servant."""
    entry = next((fact for fact in record.facts if fact.action in _ENTRIES and not fact.struck), None)
    servant = next(iter(_standing(record, "appoint_pns")), None)
    found = next((one for one in (entry, servant) if one is not None and (one.decree, one.row) == (decree, row)), None)
    again = any((fact.decree, fact.row) == (decree, row) for fact in _standing(record, "appoint_cpns"))
    return again or (found is not None and found.action != "open_career" and bool(_day(found.tmt)))


def exits(account: Account, record: Record) -> list[Json]:
    """The exits that stand, each with what the wire tells of it."""
    found = [fact for action in ("separate", "transfer_out") for fact in _standing(record, action)]
    return [
        {"action": fact.action, "reason": fact.body.get("reason"), "on": fact.tmt, "decree": fact.decree,
         "decided_on": account.issued[fact.decree][1], "row": fact.row, "on_wire": exit_on_wire(account, fact)}
        for fact in found
    ]  # fmt: skip


def _separations(account: Account, record: Record) -> Iterator[Json]:
    for fact in _standing(record, "separate"):
        if exit_on_wire(account, fact) is not None:
            number, on = _decree(account, fact.decree)
            yield {
                "id": siasn_id("rw-pemberhentian", fact.decree, fact.row),
                "jenisHenti": _REASON[fact.body["reason"]],
                "skNomor": number,
                "skTanggal": on,
            }


def _agencies(account: Account, record: Record) -> Iterator[Json]:
    for action in ("transfer_in", "transfer_out"):
        for fact in _standing(record, action):
            number, on = _decree(account, fact.decree)
            here, there = "Pemerintah Kota Salatiga", fact.body.get("from_agency") or fact.body.get("to_agency")
            coming = action == "transfer_in"
            yield {
                "id": siasn_id("rw-pindahinstansi", fact.decree, fact.row),
                "instansiKerjaLama": there if coming else here,
                "instansiKerjaLamaId": _ELSEWHERE if coming else AGENCY,
                "instansiKerjaBaru": here if coming else there,
                "instansiKerjaBaruId": AGENCY if coming else _ELSEWHERE,
                "tmtPi": _day(fact.tmt),
                "skTujuanNomor": number,
                "skTujuanTanggal": on,
            }


def write_wire(account: Account, directory: Path) -> None:
    """Write the files: `unor.json`, and `pns/<id>.json` for each person."""
    (directory / "pns").mkdir(parents=True, exist_ok=True)
    _write(directory / "unor.json", units(account))
    for employee, record in account.people.items():
        told = person(account, employee, record)
        if told is not None:
            _write(directory / "pns" / f"{siasn_id(employee)}.json", told)


def _write(file: Path, told: Json) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as out:
        json.dump(told, out, ensure_ascii=False, separators=(",", ":"))
        out.write("\n")


__all__ = ["AGENCY", "siasn_id", "write_wire"]
