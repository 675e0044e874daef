"""A draft is lawful on what was known when it was recorded, not only in the end."""

from typing import Any

from asn_ledger.simulation import City
from asn_ledger.simulation.account import Account

Json = dict[str, Any]
RANKS = [f"{roman}/{letter}" for roman in ("I", "II", "III", "IV") for letter in "abcd"] + ["IV/e"]


def on(tenure: Any, day: str) -> bool:
    _, _, began, ended, *_ = tenure
    return began <= day and (ended is None or day < ended)


def holders(account: Account, post: str, day: str) -> int:
    return sum(
        tenure[0] == post and tenure[1] == "definitif" and on(tenure, day)
        for person in account._held.get(post, {})
        for tenure in account.people[person].tenures.now
    )


def seats(account: Account, post: str) -> int:
    body = account.posts[post]
    return max(int(body["seats"]), *(int(change.get("seats", 0)) for change in body["changes"]), 0)


def check_placement(account: Account, row: Json, decree: str) -> None:
    record, day = account.people[row["employee"]], row["tmt"].get("on")
    body = account.posts[row["to"]]
    if day is None:
        return
    assert body["began"] <= day
    assert body["ended"] is None or day < body["ended"]
    given = [t for t in record.tenures.now if t[4:6] == (decree, row["row"])]
    assert [t[0] for t in given] == [row["to"]]
    left = [t for t in record.tenures.now if t[1] == "definitif" and t[3] == day]
    assert len(left) == (0 if row["action"] == "appoint" else 1)
    assert holders(account, row["to"], day) <= seats(account, row["to"])


def check_rank(account: Account, row: Json, decree: str) -> None:
    held = [period[0] for period in account.people[row["employee"]].ranks.now]
    index = next(i for i, period in enumerate(account.people[row["employee"]].ranks.now) if period[3] == decree)
    assert RANKS.index(held[index]) - RANKS.index(held[index - 1]) == 1


def check_service(account: Account, row: Json) -> None:
    day = row["tmt"].get("on")
    periods = account.people[row["employee"]].statuses.now
    if row["action"] in {"separate", "transfer_out"}:
        assert any(period[2] == day for period in periods)
    elif day is not None:
        assert any(began <= day and (ended is None or day < ended) for _, began, ended, *_ in periods)


def check_acting(account: Account, row: Json) -> None:
    held = holders(account, row["post"], row["tmt"]["on"])
    assert held == (0 if row["cause"] == "lowong" else 1)


def test_drafts_are_lawful_as_known(city: City) -> None:
    account = Account()
    checked = 0
    for line in city.decrees():
        account.read(line)
        if line["decree"]["mode"] != "draft":
            continue
        for row in line["decree"]["rows"]:
            check_service(account, row)
            match row["action"]:
                case "appoint" | "move" | "transfer":
                    check_placement(account, row, line["decree"]["id"])
                case "raise_rank":
                    check_rank(account, row, line["decree"]["id"])
                case "assign_acting":
                    check_acting(account, row)
                case _:
                    pass
            checked += 1
    assert checked > 50
