"""Evidence taken out of the log is what was signed, sent and stamped; what is missing is said."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from tests.exchange.evidence.trusted import NOW
from tests.exchange.keeping.proved import OWNER, kept, request, signed, stamped
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.evidence import containers, reading
from tinhso.exchange.evidence.chains import MESSAGE
from tinhso.exchange.keeping import export, loading, search, spool
from tinhso.exchange.keeping.export import NoEvidence, NotStampedYet
from tinhso.exchange.keeping.search import Wanted
from tinhso.foundation.errors import NotFound
from tinhso.foundation.ids import new_id

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


def taken(id: object, folder: Path) -> containers.Evidence:
    file, _name = export.container(id, folder)  # type: ignore[arg-type]
    with file:
        return containers.read(file.read())


def test_a_container_holds_the_message_its_body_and_all_that_proves_them(tmp_path: Path) -> None:
    sent = signed([request() for _ in range(3)])
    ids = kept(tmp_path, sent)
    kept(tmp_path, signed([request()]))
    stamped()

    found = taken(ids[1], tmp_path)

    assert (found.message, found.attachments, found.at) == (sent[1].head, (sent[1].body,), NOW)
    assert found.signed == sent[1].signed
    assert found.stamp is not None


def test_a_signature_stamped_alone_carries_its_stamp(tmp_path: Path) -> None:
    (id,) = kept(tmp_path, signed([request(body=None, size=0)]))
    stamped()
    found = taken(id, tmp_path)
    assert found.stamp is None
    assert found.signed.chain is None
    assert b"EncapsulatedTimeStamp" in found.signed.signature
    assert found.attachments == ()


def test_a_masked_message_comes_without_its_body(tmp_path: Path) -> None:
    (sent,) = signed([request()])
    (id,) = kept(tmp_path, [type(sent)(**{**_facts(sent), "mode": BodyLog.MASKED, "body": b"***"})])
    stamped()
    found = taken(id, tmp_path)
    assert found.attachments == ()
    assert found.signed == sent.signed or b"EncapsulatedTimeStamp" in found.signed.signature


def _facts(record: object) -> dict[str, object]:
    return {name: getattr(record, name) for name in type(record).__dataclass_fields__}  # type: ignore[attr-defined]


def test_metadata_gives_a_container_whose_signature_covers_something_else(tmp_path: Path) -> None:
    """T55."""
    (sent,) = signed([request(body=None, size=0)])
    (id,) = kept(tmp_path, [type(sent)(**{**_facts(sent), "mode": BodyLog.METADATA})])
    stamped()
    found = taken(id, tmp_path)
    assert found.message != sent.head
    assert sent.signed is not None
    assert reading.read(sent.signed.signature).reference == MESSAGE
    assert not reading.read(found.signed.signature).covers(found.message)
    assert reading.read(found.signed.signature).covers(sent.head)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    waiting, bare = kept(tmp_path, [*signed([request()]), request(signed=None)])
    with pytest.raises(NotStampedYet, match="chưa có dấu thời gian"):
        export.container(waiting, tmp_path)
    with pytest.raises(NoEvidence, match="không có chữ ký"):
        export.container(bare, tmp_path)
    with pytest.raises(NotFound):
        export.container(new_id(), tmp_path)


def test_a_body_that_is_gone_is_said(tmp_path: Path) -> None:
    body = spool.spooled(tmp_path, b"large")
    (id,) = kept(tmp_path, signed([request(body=body)]))
    body.close()
    stamped()
    spool.address(tmp_path, body.digest).unlink()
    with pytest.raises(NoEvidence, match="không còn"):
        export.container(id, tmp_path)
    assert loading.text_of(id, tmp_path, 10) is None


def test_all_messages_of_a_search_are_one_zip_that_names_what_it_lacks(tmp_path: Path) -> None:
    kept(tmp_path, signed([request(issue="H01.1") for _ in range(3)]))
    stamped()
    kept(tmp_path, [*signed([request(issue="H01.1")]), request(issue="other")])

    out = b"".join(export.zipped(search.identifiers(Wanted(issue="H01.1")), tmp_path))

    made = zipfile.ZipFile(io.BytesIO(out))
    assert made.testzip() is None
    assert len(made.namelist()) == 4
    assert "chưa có dấu thời gian" in made.read(export.LEFT_OUT).decode()


def test_nothing_found_is_an_empty_zip(tmp_path: Path) -> None:
    out = b"".join(export.zipped(search.identifiers(Wanted(client=OWNER)), tmp_path))
    assert zipfile.ZipFile(io.BytesIO(out)).namelist() == []


@pytest.mark.parametrize(("mebibytes", "most"), [(200, 24), (24, 14)], ids=["200 MiB", "incompressible"])
def test_a_large_body_goes_in_and_out_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mebibytes: int, most: int
) -> None:
    """Neither logging nor exporting holds it."""
    monkeypatch.setattr(export, "IN_MEMORY_BYTES", 1024 * 1024)
    piece = random.Random(1).randbytes(1024 * 1024) if mebibytes < 100 else b"tinh so " * 131_072
    tracemalloc.start()
    try:
        body = spool.Spool(tmp_path, most_bytes=mebibytes * 1024 * 1024)
        for _ in range(mebibytes):
            body.write(piece)
        found = body.finish()
        assert isinstance(found, spool.Spooled)
        (id,) = kept(tmp_path, signed([request(body=found)]))
        found.close()
        stamped()
        size = sum(len(one) for one in export.zipped([id], tmp_path))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert size > (mebibytes * 1024 * 1024 if mebibytes < 100 else 0)
    assert peak < most * 1024 * 1024
