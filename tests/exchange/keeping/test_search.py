"""The log is searched by every identifier, by time, and page by page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange.keeping.laid import CLIENT, SERVICE, keeper, record
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.keeping import search
from tinhso.exchange.keeping.records import Proof, Record
from tinhso.exchange.keeping.search import Wanted
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id

pytestmark = pytest.mark.django_db(transaction=True)
AGREEMENT = uuid4()
OTHER = "VN-DEMO/GOV/BCA/DANCU"


def kept(folder: Path, records: list[Record]) -> list[UUID]:
    async def work() -> list[UUID]:
        async with keeper(folder) as one:
            return [id for each in records if (id := await one.keep(each)) is not None]

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"message_id": "chosen"}, {"message_id": "chosen"}),
        ({"request_id": "chosen"}, {"request_id": "chosen"}),
        ({"client": OTHER}, {"client": OTHER}),
        ({"service": OTHER + "/x"}, {"service": OTHER + "/x"}),
        ({"user_id": "VN1"}, {"user_id": "VN1"}),
        ({"issue": "H01.7"}, {"issue": "H01.7"}),
        ({"agreement_id": AGREEMENT}, {"agreement_id": AGREEMENT}),
        ({"side": "service"}, {"side": "service"}),
        ({"response": True}, {"response": True}),
        ({"client": OTHER}, {"owner": OTHER}),
        ({"client": OTHER}, {"owner": "VN-DEMO/GOV/BCA"}),
        ({"side": "service", "client": OTHER}, {"owner": "VN-DEMO/GOV/BTP/HOTICH"}),
        ({"side": "service", "issue": "1"}, {"side": "service", "issue": "1", "client": CLIENT}),
    ],
)
def test_one_is_found_by(tmp_path: Path, change: dict[str, Any], wanted: dict[str, Any]) -> None:
    _first, chosen, _last = kept(tmp_path, [record(), record(**change), record()])
    found = search.page(Wanted(**wanted))
    assert [one.id for one in found.rows] == [chosen]
    assert found.next is None


@pytest.mark.parametrize(
    "wanted",
    [{"message_id": "x"}, {"user_id": "x"}, {"owner": "VN-DEMO/GOV/H0"}, {"owner": "VN-DEMO/GOV/H01/T"}],
)
def test_nothing_else_is_found(tmp_path: Path, wanted: dict[str, Any]) -> None:
    kept(tmp_path, [record()])
    assert not search.page(Wanted(**wanted)).rows


def test_the_time_of_logging_bounds_the_search(tmp_path: Path) -> None:
    before = moments.now()
    kept(tmp_path, [record()])
    after = moments.now() + timedelta(milliseconds=2)
    assert len(search.page(Wanted(since=before, until=after)).rows) == 1
    assert not search.page(Wanted(since=after)).rows
    assert not search.page(Wanted(until=before)).rows


def test_pages_meet_every_message_once_newest_first_in_as_many_queries_each(tmp_path: Path) -> None:
    ids = kept(tmp_path, [record() for _ in range(25)])
    met: list[UUID] = []
    after, counts = None, set()
    while True:
        with CaptureQueriesContext(connection) as asked:
            found = search.page(Wanted(client=CLIENT), after=after, limit=10)
        counts.add(len(asked))
        met += [one.id for one in found.rows]
        if found.next is None:
            break
        after = found.next
    assert met == ids[::-1]
    assert counts == {2}


def test_a_row_says_what_it_proves(tmp_path: Path) -> None:
    whole, masked, metadata = kept(
        tmp_path, [record(), record(mode=BodyLog.MASKED), record(mode=BodyLog.METADATA)]
    )
    said = {one.id: one.proof for one in search.page(Wanted()).rows}
    assert said == {whole: Proof.WHOLE, masked: Proof.DIGESTS, metadata: Proof.NONE}


def test_one_message_and_its_exchange(tmp_path: Path) -> None:
    request = record(request_id="shared")
    ids = kept(tmp_path, [request, replace(request, response=True, service=SERVICE), record()])
    found = search.one(ids[1])
    assert found is not None
    assert found.response
    assert found.stamped_at is None
    assert [one.id for one in search.pair(found)] == ids[:2]
    assert search.one(new_id()) is None


def test_all_identifiers_come_oldest_first_whatever_the_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "STREAM", 3)
    ids = kept(tmp_path, [record() for _ in range(9)])
    assert list(search.identifiers(Wanted(client=CLIENT))) == ids
