"""Archives in a chain, whole and with files missing, extra or altered (exchange protocol §13.3, T57, T58)."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.evidence.kept import Log
from tests.exchange.evidence.trusted import NOW
from tinhso.exchange.evidence import archives, containers, zips
from tinhso.exchange.evidence.archives import Archived, Archiver, Link
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.verifying import verify_archive, verify_files

LOG = Log()
RECORDS = [
    (containers.file_name(f"VN-DEMO-{number}", response=False, record=number), containers.build(evidence))
    for number, evidence in enumerate(LOG.batches(9))
]
FIRST = (
    "56b34944259ea2e85e4b923a6f887a162687cd899197d73e53d9e0f3d1c1af41"
    "f3e79170faf8828c27a2d06fbbfabb3f51df9bfeb12406f069f2bc51c3a7ddee"
)
SECOND = (
    "6b404da0e335eb2f86b777bedc2c274110539f4f7582ddbc90eb46a7e95d058c"
    "cde60910635b3a934a73dd19b0c9adbd4d2f040d2f1ff1d0b01dcf4b6fa12958"
)


def made(
    records: list[tuple[str, bytes]], previous: Link | None = None, *, group: str = ""
) -> tuple[bytes, Archived]:
    sink = io.BytesIO()
    archiver = Archiver(sink, previous or Link(), group=group)
    for number, (name, data) in enumerate(records):
        archiver.add(name, data, at=NOW + timedelta(seconds=number))
    done = archiver.close()
    return sink.getvalue(), done


def three() -> list[tuple[bytes, Archived]]:
    first = made(RECORDS[:3])
    second = made(RECORDS[3:6], first[1].link)
    return [first, second, made(RECORDS[6:], second[1].link)]


def test_the_digests_are_those_of_the_vector() -> None:
    data, done = made([("mot", b"one"), ("hai", b"two")])
    linking = archives.open_archive(data).linking
    assert dict(linking.digests) == {"mot": FIRST, "hai": SECOND}
    assert done.link.digest == SECOND
    text = zips.entries(data)["linkinginfo"].read(9999).decode()
    assert text == f"- - SHA-512\n{FIRST} mot\n{SECOND} hai\n"


def test_an_archive_is_named_by_its_times_and_last_digest() -> None:
    _, done = made([("mot", b"one"), ("hai", b"two")])
    assert done.name == "mlog-20261124030000-20261124030001-6b404da0e335eb2f.zip"
    _, grouped = made([("mot", b"one")], group="GOV/H01 Sở" + "x" * 300)
    assert grouped.name.startswith("mlog-GOV_H01_S_xxx")
    assert len(grouped.name.split("-")[1]) == 200


def test_the_links_stand_last_and_name_the_archive_before() -> None:
    (_, first), (data, _), _ = three()
    assert list(zips.entries(data))[-1] == "linkinginfo"
    head = zips.entries(data)["linkinginfo"].read(9999).decode().split("\n")[0]
    assert head == f"{first.link.digest} {first.name} SHA-512"


def test_the_same_records_make_the_same_archive() -> None:
    assert three() == three()


def test_a_container_in_pieces_makes_the_same_archive() -> None:
    whole, done = made(RECORDS[:1])
    sink = io.BytesIO()
    archiver = Archiver(sink, Link())
    name, data = RECORDS[0]
    archiver.add(name, lambda: [data[:100], data[100:]], at=NOW)
    assert (archiver.close(), sink.getvalue()) == (done, whole)


def test_an_archive_is_full_beyond_32_mebibytes() -> None:
    archiver = Archiver(io.BytesIO(), Link())
    archiver.add("mot", bytes(32 << 20), at=NOW)
    assert not archiver.is_full
    archiver.add("hai", b"x", at=NOW)
    assert archiver.is_full


def test_names_are_used_once_and_an_archive_is_not_empty() -> None:
    archiver = Archiver(io.BytesIO(), Link())
    with pytest.raises(ValueError, match="or more"):
        archiver.close()
    archiver.add("mot", b"x", at=NOW)
    for name in ("mot", "linkinginfo", "hai ba"):
        with pytest.raises(ValueError, match="another"):
            archiver.add(name, b"x", at=NOW)


def test_three_archives_in_a_row_verify() -> None:
    previous = ""
    for data, done in three():
        report = verify_archive(data, LOG.trust, previous=previous)
        assert (report.holds, report.count, report.last) == (True, 3, done.link.digest)
        previous = report.last


def broken(data: bytes, previous: str = "") -> str:
    report = verify_archive(data, LOG.trust, previous=previous)
    assert report.failure is not None
    assert str(report.failure.finding).startswith("Tệp lưu trữ")
    return report.failure.code


def test_a_wrong_digest_before_is_seen() -> None:
    (_, _), (data, _), _ = three()
    assert broken(data) == "invalid_hash_chain"
    assert broken(data, "00" * 64) == "invalid_hash_chain"


def altered(**changes: bytes | None) -> bytes:
    """The first archive with files changed, left out (None) or added; its links as they were."""
    files = {name: entry.read(1 << 20) for name, entry in zips.entries(three()[0][0]).items()}
    sink = io.BytesIO()
    writer = zips.Writer(sink)
    merged: dict[str, bytes | None] = {**files, **changes}
    for name, content in merged.items():
        if content is not None:
            writer.add_stored(name, content, at=NOW)
    writer.close()
    return sink.getvalue()


NAME, CONTAINER = RECORDS[1]
LINKS = zips.entries(three()[0][0])["linkinginfo"].read(9999)


@pytest.mark.parametrize(
    "data",
    [
        altered(**{NAME: None}),
        altered(**{"khac.asice": CONTAINER}),
        altered(**{NAME: None, "khac.asice": CONTAINER}),
        altered(**{NAME: RECORDS[5][1]}),
        altered(**{NAME: CONTAINER + b"\0"}),
        altered(linkinginfo=LINKS.replace(b"SHA-512\n", b"SHA-512\n" + b"0" * 128 + b" khac\n")),
        altered(linkinginfo=b"\n".join([LINKS.split(b"\n")[at] for at in (0, 2, 1, 3)]) + b"\n"),
    ],
)
def test_a_missing_extra_renamed_or_altered_file_is_seen(data: bytes) -> None:
    assert broken(data) == "invalid_hash_chain"


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense",
        altered(linkinginfo=None),
        altered(**dict.fromkeys([name for name, _ in RECORDS[:3]])),
        altered(linkinginfo=b""),
        altered(linkinginfo=LINKS.replace(b"SHA-512", b"MD5")),
        altered(linkinginfo=LINKS.replace(b"- - SHA", b"- SHA")),
        altered(linkinginfo=LINKS.replace(RECORDS[1][0].encode(), RECORDS[0][0].encode())),
        altered(linkinginfo=LINKS + b"\n"),
        altered(linkinginfo=LINKS.upper()),
    ],
)
def test_what_is_no_archive_is_said(data: bytes) -> None:
    assert broken(data) == "asic_invalid_container"


def test_a_container_that_does_not_hold_is_named_and_the_others_are_verified() -> None:
    evidence = containers.read(CONTAINER)
    forged = containers.build(
        containers.Evidence(
            evidence.message + b"a:b\r\n", evidence.signed, evidence.at, evidence.attachments, evidence.stamp
        )
    )
    data, _ = made([RECORDS[0], (NAME, forged), RECORDS[2]])
    report = verify_archive(data, LOG.trust)
    assert report.failure is None
    assert not report.holds
    assert [name for name, _ in report.unsound] == [NAME]
    assert report.count == 3
    assert report.unverified["stamping_revocation"] == 2


@pytest.mark.parametrize("processes", [1, 2])
def test_files_of_a_day_are_verified_in_order(tmp_path: Path, processes: int) -> None:
    files = []
    for data, done in three():
        (tmp_path / done.name).write_bytes(data)
        files.append(tmp_path / done.name)
    reports = list(verify_files(files, LOG.trust, processes=processes))
    assert [report.holds for report in reports] == [True] * 3
    (tmp_path / "rong").write_bytes(b"")
    mixed = list(verify_files([files[0], files[2], tmp_path / "rong"], LOG.trust, processes=processes))
    assert [report.holds for report in mixed] == [True, False, False]
    assert mixed[1].failure is not None
    assert mixed[1].failure.code == "invalid_hash_chain"


@given(st.binary(max_size=300))
def test_any_links_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(BadEvidence) as caught:
        archives.read_linking(data)
    assert caught.value.code == "asic_invalid_container"
