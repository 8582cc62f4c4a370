"""Lists as files: whole, within what the officer sees, fetched in pieces, forgotten in time, traced."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers.queries import lists
from tinhso.exports import jobs as from_jobs
from tinhso.exports import writing
from tinhso.exports.contracts import Cell, Column, Prepared, Shape, Source, State
from tinhso.exports.models import Export
from tinhso.exports.operations import keeping, taking
from tinhso.exports.sources import sources
from tinhso.foundation import audit, files, jobs, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.identity.models import Look, Post

pytestmark = pytest.mark.django_db
ASK, OWN, ALL = "/can-bo/xuat/moi/", "/can-bo/xuat/", "/can-bo/xuat/tat-ca/"
COLUMNS = ("ma", "thu-tuc", "nhan", "han")


@pytest.fixture
def place() -> Office:
    return office()


def asked(by: ActorRef, query: str = "xem=co-quan", *, source: str = "dossiers.list", **more: Any) -> UUID:
    given = {"shape": Shape.CSV, "columns": COLUMNS, "at": moments.now()} | more
    return taking.ask(source=source, query=query, by=by, **given)


def written(export: UUID) -> Export:
    keeping.write(export, clock=moments.now)
    return Export.objects.get(id=export)


def table(export: Export) -> list[list[str]]:
    assert export.file_id
    return list(csv.reader(io.StringIO(files.read(export.file_id).decode("utf-8-sig"))))


def test_a_list_becomes_a_file_with_every_row_and_no_other(place: Office) -> None:
    codes = {filed(place, at=SENT + timedelta(minutes=n)).code for n in range(5)}
    filed(office())

    export = written(asked(place.specialist))

    heads, *rows = table(export)
    assert heads == ["Mã hồ sơ", "Thủ tục", "Nhận lúc", "Hạn"]
    assert {row[0] for row in rows} == codes
    assert rows[-1][2] == "02/03/2026 09:00"
    assert (export.state, export.done, export.total, export.personal) == ("ready", 5, 5, False)


def test_batches_join_without_gap_or_repeat(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [filed(place, at=SENT + timedelta(minutes=n // 3)).code for n in range(23)]
    monkeypatch.setitem(lists.walked.__kwdefaults__, "size", 4)
    rows = table(written(asked(place.leader)))[1:]

    assert sorted(row[0] for row in rows) == sorted(codes)


def test_what_is_seen_is_asked_again_when_the_file_is_written(place: Office) -> None:
    filed(place)
    leaver = people.officer("specialist", place.specialist_unit)
    export = asked(leaver)
    Post.objects.filter(officer_id=leaver.id).delete()

    row = written(export)

    assert (row.state, row.file_id) == ("failed", None)
    assert "không giữ vị trí" in row.fault


def test_personal_columns_are_for_who_may_have_them(place: Office) -> None:
    filed(place)
    with pytest.raises(NotAllowed):
        asked(place.specialist, columns=("ma", "chu"))
    page = people.client(place.specialist).get(f"{ASK}?nguon=dossiers.list&xem=co-quan").content.decode()
    assert 'value="chu"' not in page
    assert "không được xuất các cột có dữ liệu cá nhân" in page

    export = written(asked(place.leader, columns=("ma", "chu")))

    assert table(export)[1][1] == "Danh Sóc Kha"
    assert export.personal


def test_who_may_not_read_a_list_takes_none_out(place: Office) -> None:
    administrator = people.officer("administrator", place.one_stop)
    with pytest.raises(NotAllowed):
        asked(administrator)
    for address in (f"{ASK}?nguon=dossiers.list", OWN):
        assert Client().get(address).status_code == 302
        assert people.client(place.citizen).get(address).status_code == 302
        assert people.client(administrator).get(address).status_code == 403
    inspector = people.officer("inspector", place.one_stop)
    assert people.client(inspector).get(f"{ASK}?nguon=dossiers.list").status_code == 403
    assert people.client(place.leader).get(f"{ASK}?nguon=bay-ba").status_code == 404


def test_the_page_asks_for_a_column_and_queues_the_rest(place: Office) -> None:
    filed(place)
    client = people.client(place.intake)
    address = f"{ASK}?nguon=dossiers.list&xem=co-quan&kenh=online"
    assert client.post(address, {"dang": "xlsx"}).status_code == 422

    there = client.post(address, {"dang": "xlsx", "cot": ["ma", "chu"]})["Location"]
    assert "Đang chờ" in client.get(there).content.decode()
    jobs.run_until_empty()

    page = client.get(there).content.decode()
    assert "Đã xong" in page
    assert "1 trên 1 dòng" in page
    assert "Kênh nộp: Trực tuyến" in client.get(OWN).content.decode()
    assert client.get(f"{there}tep/").status_code == 200


def test_a_colleague_has_neither_page_nor_file_and_the_head_reads_who_took_what(place: Office) -> None:
    filed(place)
    export = written(asked(place.intake, columns=("ma", "chu")))
    for client in (people.client(place.leader), people.client(office().intake)):
        for address in (f"{OWN}{export.id}/", f"{OWN}{export.id}/tep/"):
            assert client.get(address).status_code == 404
        assert client.post(f"{OWN}{export.id}/huy/").status_code == 404

    page = people.client(place.leader).get(ALL).content.decode()
    assert "Lê Thị Hoa" in page
    assert "Cả cơ quan" in page
    assert people.client(office().leader).get(ALL).content.decode().count("<tr>") == 0
    assert people.client(place.specialist).get(ALL).status_code == 403


def test_every_export_and_every_fetch_leaves_its_trace(place: Office) -> None:
    filed(place)
    export = written(asked(place.leader, "xem=co-quan&q=0912345678"))
    people.client(place.leader).get(f"{OWN}{export.id}/tep/")

    entries = audit.trace("export", export.id, limit=9)
    assert {entry.act for entry in entries} == {"exports.ask", "exports.download"}
    assert "0912345678" not in repr([entry.details for entry in entries])
    export.refresh_from_db()
    assert "0912345678" not in export.query + export.about
    assert export.downloads == 1
    look = Look.objects.order_by("-id").filter(purpose__startswith="Xuất danh sách")[0]
    assert (look.count, look.actor_id) == (1, place.leader.id)
    assert Look.objects.filter(person_id=place.citizen.id, actor_id=place.leader.id).exists()


def test_a_fetch_that_broke_off_goes_on_where_it_stopped(place: Office) -> None:
    for _each in range(9):
        filed(place)
    export = written(asked(place.leader, columns=tuple(c.word for c in sources.get("dossiers.list").columns)))
    client, address = people.client(place.leader), f"{OWN}{export.id}/tep/"
    whole = client.get(address)
    data = whole.getvalue()
    tag = whole["ETag"]
    assert len(data) == export.size == int(whole["Content-Length"])

    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": tag})
    assert (rest.status_code, rest.getvalue()) == (206, data[100:])
    assert rest["Content-Range"] == f"bytes 100-{len(data) - 1}/{len(data)}"
    for given, piece in (("bytes=0-9", data[:10]), ("bytes=-7", data[-7:]), ("bytes=5-5", data[5:6])):
        assert client.get(address, headers={"Range": given}).getvalue() == piece
    assert client.get(address, headers={"Range": f"bytes={len(data)}-"}).status_code == 416
    other = client.get(address, headers={"Range": "bytes=100-", "If-Range": '"other"'})
    assert (other.status_code, other.getvalue()) == (200, data)
    assert client.get(address, headers={"Range": "bananas=1-2"}).getvalue() == data


def test_a_file_is_forgotten_when_its_time_is_over_and_the_trace_stays(place: Office) -> None:
    filed(place)
    export = written(asked(place.leader))
    assert export.expires_at
    assert keeping.expire(at=export.expires_at - timedelta(seconds=1)) == 0

    assert keeping.expire(at=export.expires_at) == 1

    from_jobs.forget_old_files.function()
    export.refresh_from_db()
    assert (export.state, export.file_id, export.done) == ("expired", None, 1)
    assert people.client(place.leader).get(f"{OWN}{export.id}/tep/").status_code == 404
    assert "Đã hết hạn tải" in people.client(place.leader).get(OWN).content.decode()


def test_an_export_called_off_stops_and_leaves_no_file(place: Office) -> None:
    filed(place)
    export = asked(place.leader)
    people.client(place.leader).post(f"{OWN}{export}/huy/")

    assert written(export).state == "cancelled"

    running = asked(place.leader)
    known = sources.get("dossiers.list")

    def calls_off(query: str, columns: Sequence[str], by: ActorRef, at: datetime) -> Prepared:
        def batches() -> Iterator[Sequence[Sequence[Cell]]]:
            yield [["a"]]
            taking.cancel(running, by=by, at=at)
            yield [["b"]]

        return Prepared(total=None, batches=batches())

    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sources._entries, "dossiers.list", _with(known, calls_off))
        assert (written(running).state, written(running).file_id) == ("cancelled", None)


def test_a_job_begun_again_writes_the_file_anew(place: Office) -> None:
    filed(place)
    export = asked(place.leader)
    Export.objects.filter(id=export).update(state=State.RUNNING, done=700)
    row = written(export)
    assert (row.state, row.done) == ("ready", 1)
    assert written(export).file_id == row.file_id, "one that is ready is left alone"


def rows_of(number: int) -> Iterator[list[list[Cell]]]:
    for start in range(0, number, 1000):
        yield [[f"H01-{n}", "=1+1", SENT, date(2026, 3, 2), n, None] for n in range(start, start + 1000)]


@pytest.mark.parametrize("shape", list(Shape))
def test_memory_does_not_grow_with_the_rows(shape: Shape, tmp_path: Any) -> None:
    peaks = []
    for number in (2_000, 20_000):
        with (tmp_path / "file").open("w+b") as file:
            out = writing.writer(shape, file, ["a"] * 6, folder=tmp_path)
            tracemalloc.start()
            for batch in rows_of(number):
                out.rows(batch)
            out.close()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_a_spreadsheet_runs_nothing_and_reads_days_as_days(tmp_path: Any) -> None:
    with (tmp_path / "csv").open("w+b") as file:
        out = writing.writer(Shape.CSV, file, ["a"] * 6, folder=tmp_path)
        out.rows([["x", "=1+1", SENT, date(2026, 3, 2), 7, None]])
        out.close()
        file.seek(0)
        assert file.read().decode("utf-8-sig").splitlines()[1] == "x,'=1+1,02/03/2026 09:00,02/03/2026,7,"
    with (tmp_path / "xlsx").open("w+b") as file:
        out = writing.writer(Shape.XLSX, file, ["a"] * 6, folder=tmp_path)
        out.rows([["x", "=1+1", SENT, date(2026, 3, 2), 7, None]])
        out.close()
        with zipfile.ZipFile(file) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert re.search(r'<c r="B2" t="inlineStr"><is><t>=1\+1', sheet)
    assert "<v>46083.375</v>" in sheet
    assert '<c r="E2"><v>7</v>' in sheet


def test_more_rows_than_a_sheet_holds_go_on_the_next(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS_OF_A_SHEET", 501)
    with (tmp_path / "xlsx").open("w+b") as file:
        out = writing.writer(Shape.XLSX, file, ["a"] * 6, folder=tmp_path)
        for batch in rows_of(1000):
            out.rows(batch)
        out.close()
        with zipfile.ZipFile(file) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            assert [book.read(name).count(b"<row ") for name in sorted(sheets)] == [501, 501]


def test_exports_that_cannot_be(place: Office) -> None:
    filed(place)
    export = asked(place.leader)
    rows = Export.objects.filter(id=export)
    tries: list[tuple[str, dict[str, object]]] = [
        ("export_known_shape", {"shape": "pdf"}),
        ("export_known_state", {"state": "lost", "finished_at": None}),
        ("export_of_some_column", {"columns": []}),
        ("export_finished_when_over", {"finished_at": moments.now()}),
        ("export_finished_when_over", {"state": "cancelled"}),
        ("export_file_when_ready", {"file_id": new_id()}),
        ("export_file_when_ready", {"state": "ready", "finished_at": moments.now()}),
        ("export_failed_with_words", {"fault": "x"}),
        ("export_failed_with_words", {"state": "failed", "finished_at": moments.now()}),
    ]
    for constraint, change in tries:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows.update(**change)


def _with(source: Source, prepare: Callable[..., Prepared]) -> Source:
    assert all(isinstance(column, Column) for column in source.columns)
    return replace(source, prepare=prepare)
