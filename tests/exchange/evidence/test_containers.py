"""Containers exactly as exchange protocol §13.1 has them."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode

import pytest
from lxml import etree

from tests.exchange.evidence.kept import Log, hashed, request
from tests.exchange.evidence.trusted import NOW
from tinhso.exchange.evidence import containers, zips
from tinhso.exchange.evidence.containers import Evidence
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.signatures import Signed

LOG = Log()
BATCH = LOG.batches(5)
MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"


def listed(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert other.comment == b"mimetype=application/vnd.etsi.asic-e+zip"
        return other.namelist()


def test_a_message_signed_and_stamped_in_batches_has_every_file_in_order() -> None:
    assert listed(containers.build(BATCH[0])) == [
        "mimetype",
        "message.xml",
        "META-INF/signatures.xml",
        "sig-hashchainresult.xml",
        "sig-hashchain.xml",
        "ts-hashchainresult.xml",
        "ts-hashchain.xml",
        "META-INF/manifest.xml",
        "META-INF/ASiCManifest.xml",
        "META-INF/timestamp.tst",
        "attachment1",
    ]


def test_a_message_signed_and_stamped_alone_has_no_chain_and_no_token_of_its_own() -> None:
    assert listed(containers.build(LOG.alone())) == [
        "mimetype",
        "message.xml",
        "META-INF/signatures.xml",
        "META-INF/manifest.xml",
    ]


def test_every_file_is_deflated_with_the_time_of_the_record() -> None:
    with zipfile.ZipFile(io.BytesIO(containers.build(BATCH[0]))) as other:
        assert {one.compress_type for one in other.infolist()} == {zipfile.ZIP_DEFLATED}
        assert {one.date_time for one in other.infolist()} == {(2026, 11, 24, 3, 0, 0)}
        assert other.read("mimetype") == b"application/vnd.etsi.asic-e+zip"


def test_the_manifest_lists_all_that_lies_outside_of_meta_inf() -> None:
    root = etree.fromstring(zips.entries(containers.build(BATCH[0]))["META-INF/manifest.xml"].read(9999))
    assert root.get(f"{MANIFEST}version") == "1.2"
    assert [(one.get(f"{MANIFEST}full-path"), one.get(f"{MANIFEST}media-type")) for one in root] == [
        ("/", "application/vnd.etsi.asic-e+zip"),
        ("message.xml", "text/xml"),
        ("sig-hashchainresult.xml", "text/xml"),
        ("sig-hashchain.xml", "text/xml"),
        ("ts-hashchainresult.xml", "text/xml"),
        ("ts-hashchain.xml", "text/xml"),
        ("attachment1", "application/octet-stream"),
    ]


def test_the_asic_manifest_binds_token_and_result() -> None:
    stamp = BATCH[0].stamp
    assert stamp is not None
    text = zips.entries(containers.build(BATCH[0]))["META-INF/ASiCManifest.xml"].read(9999)
    containers.check_asic_manifest(text, stamp.chain_result)
    assert b64encode(hashed(stamp.chain_result)) in text
    assert b'URI="META-INF/timestamp.tst" MimeType="vnd.etsi.timestamp-token"' in text
    assert etree.fromstring(text).tag == "{http://uri.etsi.org/2918/v1.2.1#}ASiCManifest"
    for old, new in (
        (b"ts-hashchainresult.xml", b"message.xml"),
        (b"timestamp.tst", b"other.tst"),
        (b"xmlenc#sha512", b"xmlenc#md5"),
        (b"DigestValue>", b"Digest>"),
        (b"ASiCManifest", b"Manifest"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>AAAA"),
    ):
        with pytest.raises(BadEvidence):
            containers.check_asic_manifest(text.replace(old, new), stamp.chain_result)


def test_the_same_evidence_makes_the_same_bytes() -> None:
    assert containers.build(BATCH[1]) == containers.build(BATCH[1])


@pytest.mark.parametrize("evidence", [LOG.alone(), LOG.with_body(b"\x00\xff" * 999), BATCH[0], BATCH[3]])
def test_what_was_put_in_comes_out(evidence: Evidence) -> None:
    assert containers.read(containers.build(evidence)) == evidence


def test_a_body_given_in_pieces_makes_the_same_container() -> None:
    whole = LOG.with_body(b"x" * 2_500_000)
    pieces = Evidence(whole.message, whole.signed, whole.at, (lambda: [b"x" * 2_500_000],))
    sink = io.BytesIO()
    assert containers.write(pieces, sink) == len(sink.getvalue())
    assert sink.getvalue() == containers.build(whole)


@pytest.mark.parametrize(
    ("number", "digits"), [(0, "0"), (1, "1"), (31, "v"), (33, "11"), (1_048_576, "10000")]
)
def test_a_container_is_named_by_query_direction_and_record(number: int, digits: str) -> None:
    assert containers.file_name("a", response=False, record=number) == f"a-request-{digits}.asice"


def test_odd_query_ids_are_escaped_and_cut() -> None:
    assert (
        containers.file_name("a/b c*~ộ", response=True, record=1) == "a%2Fb+c*%7E%E1%BB%99-response-1.asice"
    )
    assert len(containers.file_name("x" * 999, response=True, record=1)) == 226 + len("-response-1.asice")


def test_a_chain_without_its_result_is_not_packed() -> None:
    signed = Signed(BATCH[0].signed.signature, BATCH[0].signed.chain_result)
    with pytest.raises(ValueError, match="together"):
        containers.build(Evidence(request(), signed, NOW))


def without(*names: str, **changed: bytes) -> bytes:
    """The container anew without some files, and with others changed (`_` for `.`)."""
    files = {name: entry.read(1 << 20) for name, entry in zips.entries(containers.build(BATCH[0])).items()}
    sink = io.BytesIO()
    writer = zips.Writer(sink)
    for name, content in files.items():
        if name not in names:
            writer.add(name, changed.get(name, content), at=NOW)
    writer.close()
    return sink.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"nonsense", "asic_invalid_container"),
        (without("mimetype"), "asic_mime_type_not_found"),
        (without(mimetype=b""), "asic_mime_type_not_found"),
        (without(mimetype=b"application/zip"), "asic_invalid_mime_type"),
        (without("message.xml"), "asic_message_not_found"),
        (without(**{"message.xml": b""}), "asic_message_not_found"),
        (without("META-INF/signatures.xml"), "asic_signature_not_found"),
        (without("sig-hashchainresult.xml"), "asic_hash_chain_result_not_found"),
        (without("sig-hashchain.xml"), "asic_hash_chain_not_found"),
        (without("ts-hashchainresult.xml"), "asic_hash_chain_result_not_found"),
        (without("ts-hashchain.xml"), "asic_hash_chain_not_found"),
        (without("META-INF/timestamp.tst"), "asic_timestamp_not_found"),
        (without("META-INF/ASiCManifest.xml"), "asic_manifest_not_found"),
    ],
)
def test_what_is_missing_has_its_code(data: bytes, code: str) -> None:
    with pytest.raises(BadEvidence) as caught:
        containers.open_container(data)
    assert caught.value.code == code


def packed(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    writer = zips.Writer(sink)
    for name, content in files.items():
        writer.add(name, content, at=NOW)
    writer.close()
    return sink.getvalue()


def test_signatures_may_be_called_otherwise_but_there_is_one() -> None:
    mime = {"mimetype": containers.MIME.encode()}
    one = packed({**mime, "message.xml": b"x", "META-INF/my-signatures1.xml": b"<x/>"})
    assert containers.open_container(one).signed.signature == b"<x/>"
    two = packed(
        {**mime, "message.xml": b"x", "META-INF/signatures.xml": b"<x/>", "META-INF/signatures2.xml": b"<x/>"}
    )
    with pytest.raises(BadEvidence):
        containers.open_container(two)


def test_files_of_others_may_come_in_another_order() -> None:
    mime = {"mimetype": containers.MIME.encode()}
    late = packed({"META-INF/signatures.xml": b"<x/>", "message.xml": b"x", **mime})
    assert containers.open_container(late).message == b"x"
