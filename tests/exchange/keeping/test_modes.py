"""What is kept of a message in each mode (§11.2), and what it then proves."""

from __future__ import annotations

import pytest

from tests.exchange.keeping.laid import CLIENT, SERVICE, head
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.keeping.modes import kept_head
from tinhso.exchange.keeping.records import Proof, proof

SOAP = (
    b'<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><x>1</x>'
    b'</e:Header><e:Body id="b"><tra-cuu><so>079</so></tra-cuu></e:Body></e:Envelope>'
)


def test_full_and_masked_keep_the_head_as_it_was() -> None:
    assert kept_head(head(1), BodyLog.FULL) == kept_head(head(1), BodyLog.MASKED) == head(1)


def test_metadata_keeps_no_path_no_query_and_only_the_exchanges_own_headers() -> None:
    """T55: the request line is cut after the service code."""
    assert (
        kept_head(head(7), BodyLog.METADATA)
        == (
            f"POST\r\n/r1/{SERVICE}\r\nX-Road-Client:{CLIENT}\r\nx-road-request-id:r-7\r\nx-road-id:VN-DEMO-7\r\n"
        ).encode()
    )


def test_metadata_of_a_response_keeps_its_status() -> None:
    answer = b"200\r\nOK\r\nContent-Type:text/plain\r\nx-road-id:1\r\n"
    assert kept_head(answer, BodyLog.METADATA) == b"200\r\nOK\r\nx-road-id:1\r\n"


def test_metadata_of_a_service_without_path_or_with_a_bare_query() -> None:
    for path in (f"/r1/{SERVICE}", f"/r1/{SERVICE}?so=1", f"/r1/{SERVICE}/"):
        kept = kept_head(f"GET\r\n{path}\r\n".encode(), BodyLog.METADATA)
        assert kept == f"GET\r\n/r1/{SERVICE}\r\n".encode()


def test_metadata_of_soap_has_an_empty_body() -> None:
    kept = kept_head(SOAP, BodyLog.METADATA)
    assert kept == SOAP.replace(b"<tra-cuu><so>079</so></tra-cuu></e:Body>", b"").replace(
        b'<e:Body id="b">', b'<e:Body id="b"/>'
    )
    assert b"079" not in kept


def test_soap_that_hides_a_second_body_is_not_kept_by_halves() -> None:
    with pytest.raises(ValueError, match="one body"):
        kept_head(b"<e:Envelope><e:Header/></e:Envelope>", BodyLog.METADATA)


def test_nothing_is_kept_in_mode_none() -> None:
    with pytest.raises(ValueError, match="nothing is kept"):
        kept_head(head(1), BodyLog.NONE)


@pytest.mark.parametrize(
    ("mode", "signed", "truncated", "expected"),
    [
        ("full", True, False, Proof.WHOLE),
        ("full", True, True, Proof.NONE),
        ("full", False, False, Proof.NONE),
        ("masked", True, False, Proof.DIGESTS),
        ("masked", False, False, Proof.NONE),
        ("metadata", True, False, Proof.NONE),
    ],
)
def test_only_a_whole_signed_message_is_evidence(
    mode: str, signed: bool, truncated: bool, expected: Proof
) -> None:
    assert proof(mode=mode, signed=signed, truncated=truncated) is expected
