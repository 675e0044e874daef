"""The account agrees with itself and with the law, read at its last moment and at earlier ones."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from asn_ledger.app import read_regulations
from asn_ledger.simulation import City, simulate, write
from asn_ledger.simulation.account import Account
from asn_ledger.simulation.city import found_world
from asn_ledger.simulation.course import live

Json = dict[str, Any]
RANKS = [f"{roman}/{letter}" for roman in ("I", "II", "III", "IV") for letter in "abcd"] + ["IV/e"]


def known(rows: list[Json]) -> list[Json]:
    return [row for row in rows if row["known_until"] is None]


def full(day: str) -> str:
    return day if len(day) == 10 else day + "-01-01"[len(day) - 4 :]


def overlapping(tenures: list[Json]) -> Iterator[tuple[str, int]]:
    """Each day on which something begins, with how many hold at its end."""
    for begun in tenures:
        day = full(begun["began"])
        yield day, sum(full(t["began"]) <= day and (t["ended"] is None or t["ended"] > day) for t in tenures)


def test_the_same_seed_tells_the_same_city(city: City, lines: list[Json]) -> None:
    assert list(city.decrees()) == lines
    other = simulate(people=240, years=30, seed=8, until=city.until, findings=False)
    assert next(iter(other.decrees())) != lines[0]


def test_files_hold_what_the_city_tells(city: City, lines: list[Json], truth: Json, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    totals = write(city, tmp_path, lambda done, whole: told.append((done, whole)))
    written = (tmp_path / "decrees.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in written] == lines
    assert json.loads((tmp_path / "truth.json").read_text("utf-8")) == truth
    assert totals == truth["totals"]
    assert told[-1] == (360, 360)
    assert told == sorted(told)


def test_the_city_has_the_shape_of_salatiga(truth: Json) -> None:
    living = [unit for unit in truth["units"] if unit["ended"] is None]
    kinds: dict[str, int] = defaultdict(int)
    for unit in living:
        kinds[unit["kind"]] += 1
    assert kinds["kecamatan"] == 4
    assert kinds["kelurahan"] == 23
    assert kinds["kota"] == 1
    assert kinds["sekolah"] >= 3
    assert kinds["puskesmas"] >= 1
    assert {post["kind"] for post in truth["posts"]} == {
        "jpt_pratama", "administrator", "pengawas", "pelaksana", "fungsional",
    }  # fmt: skip
    assert all(post["seats"] == 1 for post in truth["posts"] if post["kind"] not in {"pelaksana", "fungsional"})


def test_as_many_serve_at_the_end_as_were_asked_for(truth: Json) -> None:
    assert 0.93 * 240 <= truth["totals"]["serving"] <= 1.03 * 240


def test_nobody_holds_two_definitive_posts(truth: Json) -> None:
    for person in truth["people"].values():
        held = [row for row in known(person["tenures"]) if row["capacity"] == "definitif"]
        assert all(count <= 1 for _, count in overlapping(held))


def test_seats_are_never_exceeded(truth: Json) -> None:
    beside = {one["post"] for one in truth["revived_beside_successor"]}
    for post in truth["posts"]:
        seats = max([post["seats"], *(change.get("seats", 0) for change in post["changes"])])
        held = [row for row in known(post["tenures"]) if row["capacity"] == "definitif"]
        most = max((count for _, count in overlapping(held)), default=0)
        assert most <= seats + (post["post"] in beside)
        now = sum(row["ended"] is None for row in held)
        assert now <= seats


def test_tenures_lie_within_the_life_of_their_post(truth: Json) -> None:
    for post in truth["posts"]:
        for row in known(post["tenures"]):
            assert post["ended"] is None or (row["ended"] and row["ended"] <= post["ended"])
            assert row["ended"] is None or full(row["began"]) < row["ended"]


def test_nobody_holds_anything_after_going(truth: Json) -> None:
    for person in truth["people"].values():
        statuses = known(person["statuses"])
        if statuses and all(status["ended"] for status in statuses):
            last = max(status["ended"] for status in statuses)
            assert all(row["ended"] and row["ended"] <= last for row in known(person["tenures"]))


def test_ranks_rise_by_one(truth: Json) -> None:
    for person in truth["people"].values():
        held = [row["rank"] for row in known(person["ranks"]) if "/" in row["rank"]]
        steps = [RANKS.index(after) - RANKS.index(before) for before, after in pairwise(held)]
        assert all(step == 1 for step in steps), held


def test_salaries_rise_within_the_pay_table_of_the_product(truth: Json) -> None:
    rules, last_years = read_regulations(), 0
    for person in truth["people"].values():
        for note in known(person["notes"]):
            if note["action"] != "grant_salary_step":
                continue
            on, years = note["on"], int(note["what"].split()[0])
            held = [
                row["rank"] for row in known(person["ranks"]) if full(row["began"]) <= on < (row["ended"] or "9999")
            ]
            grid = rules.salary_grid(held[-1], date.fromisoformat(on))
            assert grid is not None
            assert years <= grid.last, (held, note)
            last_years += years == grid.last
    assert last_years


def test_posts_tell_the_tenures_of_people_transposed(truth: Json) -> None:
    of_people = {
        json.dumps({"employee": person, **row}, sort_keys=True)
        for person, record in truth["people"].items()
        for row in record["tenures"]
    }
    of_posts = {
        json.dumps({"post": post["post"], **row}, sort_keys=True) for post in truth["posts"] for row in post["tenures"]
    }
    assert of_people == of_posts


def test_predicates_follow_the_matrix_and_before_2022_the_number(truth: Json) -> None:
    matrix = {
        ("di_atas", "di_bawah"): "kurang", ("di_atas", "sesuai"): "baik", ("di_atas", "di_atas"): "sangat_baik",
        ("sesuai", "di_bawah"): "kurang", ("sesuai", "sesuai"): "baik", ("sesuai", "di_atas"): "baik",
        ("di_bawah", "di_bawah"): "sangat_kurang", ("di_bawah", "sesuai"): "butuh_perbaikan",
        ("di_bawah", "di_atas"): "butuh_perbaikan",
    }  # fmt: skip
    rows = [row for person in truth["people"].values() for row in person["appraisals"]]
    assert len(rows) > 5000
    judged = [row for row in rows if row["year"] >= 2022]
    assert len(judged) > 500
    assert all(row["predicate"] == matrix[row["result"], row["behaviour"]] for row in judged)
    least = {
        "pp46": ((91, "sangat_baik"), (76, "baik"), (61, "butuh_perbaikan"), (51, "kurang")),
        "pp30": ((110, "sangat_baik"), (90.01, "baik"), (70.01, "butuh_perbaikan"), (50.01, "kurang")),
    }
    for row in rows:
        if row["year"] < 2022:
            assert (row["result"], row["behaviour"], row["scale"] == "pp30") == (None, None, row["year"] == 2021)
            by_number = (name for from_on, name in least[row["scale"]] if float(row["score"]) >= from_on)
            assert row["predicate"] == next(by_number, "sangat_kurang")


def test_what_was_known_then_is_what_the_lines_until_then_say(lines: list[Json], truth: Json) -> None:
    """Reading only the first part of the lines gives what the whole account says was known at that moment."""
    for part in (0.2, 0.55, 0.9):
        account = Account()
        prefix = lines[: int(len(lines) * part)]
        for line in prefix:
            account.read(line)
        moment = prefix[-1]["recorded_at"]
        for person, record in truth["people"].items():
            then = {
                (row["post"], row["capacity"], row["began"], row["ended"], row["decree"], row["row"])
                for row in record["tenures"]
                if row["known_from"] <= moment and (row["known_until"] is None or row["known_until"] > moment)
            }
            read = account.people.get(person)
            assert then == {value[:6] for value in (read.tenures.now if read else ())}


def test_the_record_ends_up_where_the_city_is(city: City, truth: Json) -> None:
    """The account, read from the lines alone, ends where the simulated world truly is."""
    world = found_world(city)
    for _ in live(world):
        pass
    truly = {person.id: (person.post.id if person.post else None, person.rank_text) for person in world.serving}
    told = {}
    for person, record in truth["people"].items():
        if any(status["ended"] is None for status in known(record["statuses"])) and "same_as" not in record:
            posts = [row["post"] for row in known(record["tenures"]) if is_open(row) and row["capacity"] == "definitif"]
            told[person] = (posts[0] if posts else None, known(record["ranks"])[-1]["rank"])
    assert told == truly


def is_open(row: Json) -> bool:
    return row["ended"] is None


def test_nothing_remains_in_what_is_abolished(truth: Json) -> None:
    ended = {unit["unit"]: unit["ended"] for unit in truth["units"] if unit["ended"]}
    assert len(ended) > 5
    for post in truth["posts"]:
        unit = next((change["unit"] for change in reversed(post["changes"]) if "unit" in change), post["unit"])
        assert unit not in ended or (post["ended"] and post["ended"] <= ended[unit])
    for unit in truth["units"]:
        parent = next((change["parent"] for change in reversed(unit["changes"]) if "parent" in change), unit["parent"])
        assert parent not in ended or unit["ended"]


def test_a_reorganisation_confirms_people_in_new_posts(lines: list[Json]) -> None:
    rows = [row for line in lines for row in line["decree"]["rows"] if row.get("path") == "pengukuhan_sotk"]
    assert {row["tmt"]["on"] for row in rows} >= {"2009-01-01", "2017-01-01"}
