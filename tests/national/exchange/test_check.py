"""The nation's own checker, written from the protocol alone, reads what the province keeps."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from national.exchange import check
from national.exchange.failures import Failure
from national.exchange.trust import Trust
from tests.exchange.evidence.kept import Log, response, soap
from tests.exchange.evidence.test_archives import made
from tests.exchange.evidence.trusted import MEMBER, World
from tinhso.exchange.evidence import containers
from tinhso.exchange.evidence.containers import Evidence

LOGS = {kind: Log(World(kind)) for kind in ("ec", "rsa")}


def content(log: Log) -> dict[str, object]:
    def told(der: bytes) -> list[dict[str, str]]:
        return [{"name": "x", "certificate": base64.b64encode(der).decode()}]

    return {
        "instance": "VN-DEMO",
        "authorities": told(log.world.authority.der) + told(log.stamper.identity.der),
        "stamping": told(log.stamper.identity.der),
    }


def changed(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The container with its files changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name, one in files.items():
            written.writestr(name, one)
    return out.getvalue()


def kinds(log: Log) -> list[tuple[Evidence, bool, bool]]:
    return [
        (log.alone(), False, False),
        (log.alone(soap()), False, False),
        (log.with_body(), True, False),
        (log.batches(5)[2], True, True),
    ]


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_single_and_batched_containers_of_the_province_hold(kind: str) -> None:
    log = LOGS[kind]
    for evidence, batch_signed, batch_stamped in kinds(log):
        found = check.container(containers.build(evidence), Trust(content(log)))

        assert (found.member, found.kind) == (MEMBER, "request")
        assert (found.batch_signed, found.batch_stamped) == (batch_signed, batch_stamped)


def test_an_answer_must_bear_the_signature_of_the_services_owner() -> None:
    log = LOGS["ec"]
    with pytest.raises(Failure, match="signed by"):
        check.container(containers.build(log.alone(response())), Trust(content(log)))


@pytest.mark.parametrize(
    "name",
    [
        "message.xml",
        "attachment1",
        "META-INF/signatures.xml",
        "sig-hashchainresult.xml",
        "sig-hashchain.xml",
        "ts-hashchainresult.xml",
        "ts-hashchain.xml",
        "META-INF/ASiCManifest.xml",
        "META-INF/timestamp.tst",
    ],
)
def test_one_changed_byte_or_a_missing_file_is_refused(name: str) -> None:
    log = LOGS["ec"]
    data = containers.build(log.batches(5)[2])
    trust = Trust(content(log))

    def spoil(files: dict[str, bytes]) -> None:
        middle = len(files[name]) - 1 if name.endswith(".tst") else len(files[name]) // 2
        files[name] = files[name][:middle] + bytes([files[name][middle] ^ 1]) + files[name][middle + 1 :]

    with pytest.raises(Failure):
        check.container(changed(data, spoil), trust)
    with pytest.raises(Failure):
        check.container(changed(data, lambda files: files.pop(name)), trust)
    with pytest.raises(Failure):
        check.container(changed(data, lambda files: files.update({"attachment9": b"x"})), trust)


def test_nobody_unknown_is_believed() -> None:
    data = containers.build(LOGS["ec"].alone())

    with pytest.raises(Failure):
        check.container(data, Trust(content(Log())))


def archived(log: Log) -> Sequence[tuple[bytes, tuple[str, str]]]:
    records = [
        (containers.file_name(f"VN-DEMO-{number}", response=False, record=number), containers.build(one))
        for number, one in enumerate(log.batches(6))
    ]
    first, second = made(records[:3]), None
    second = made(records[3:], first[1].link)
    return [(data, (done.link.digest, done.link.file)) for data, done in (first, second)]


def test_archives_of_the_province_hold_in_their_chain() -> None:
    log = LOGS["ec"]
    trust = Trust(content(log))
    first, second = archived(log)

    digest, found = check.archive(first[0], trust)

    assert digest == first[1][0]
    assert len(found) == 3
    assert check.archive(second[0], trust, first[1])[0] == second[1][0]
    with pytest.raises(Failure, match="does not follow"):
        check.archive(second[0], trust, ("0" * 128, "khac.zip"))
    with pytest.raises(Failure, match="linking"):
        check.archive(changed(first[0], lambda files: files.update({"them.asice": b"x"})), trust)
    with pytest.raises(Failure, match="breaks"):
        check.archive(changed(first[0], lambda files: files.update({next(iter(files)): b"x"})), trust)


def test_the_command_says_a_line_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = LOGS["ec"]
    (tmp_path / "trust.json").write_text(json.dumps(content(log)))
    good, whole, bad = tmp_path / "a.asice", tmp_path / "b.zip", tmp_path / "c.asice"
    good.write_bytes(containers.build(log.alone()))
    whole.write_bytes(archived(log)[0][0])
    bad.write_bytes(b"PK junk")

    asked = ["--trust", str(tmp_path / "trust.json")]
    assert check.main([*asked, str(good), str(whole)]) == 0
    assert check.main([*asked, str(good), str(bad)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"a.asice: request signed by {MEMBER} before ")
    assert told[0].endswith("(single signature, single stamp)")
    assert told[1].startswith("b.zip: holds 3 containers")
    assert told[3].startswith("c.asice: REFUSED")
