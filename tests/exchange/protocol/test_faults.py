"""Faults as machines read them, in either spelling of their codes (exchange protocol §5)."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tinhso.exchange.protocol import faults, xml
from tinhso.exchange.protocol.faults import Fault, read_fault, render, same, soap_fault

CODES = re.findall(
    r"\S+",
    """
io_error network_error internal_error bad_request not_found http_error unknown_host database_error
invalid_request invalid_response
cannot_create_signature cert_validation incorrect_validation_info cannot_create_cert_path
incorrect_certificate invalid_signature_value malformed_signature invalid_xml invalid_reference
invalid_cert_path signature_verification invalid_hash_chain malformed_hash_chain hashchain_unused_inputs
invalid_hash_chain_ref
ssl_authentication_failed logging_failed timestamping_failed invalid_content_type invalid_soap_action
invalid_http_method invalid_message invalid_security_server mime_parsing_failed missing_header
missing_header_field duplicate_header_field missing_body invalid_body inconsistent_headers
inconsistent_response missing_soap invalid_soap missing_rest invalid_rest access_denied service_disabled
service_failed missing_signature unknown_service invalid_protocol_version invalid_client_identifier
service_type client_proxy_version_not_supported
asic_invalid_container asic_mime_type_not_found asic_signature_not_found asic_message_not_found
asic_invalid_mime_type asic_hash_chain_result_not_found asic_hash_chain_not_found
asic_timestamp_not_found asic_manifest_not_found
unknown_member malformed_server_conf malformed_global_conf malformed_optional_parts_conf
global_conf_outdated service_missing_url service_malformed_url hsm_non_operational maintenance_mode
key_not_found cert_not_found csr_not_found token_not_found token_not_active token_not_initialized
token_not_available token_readonly cannot_sign unsupported_sign_algorithm cert_exists wrong_cert_usage
login_failed pin_incorrect cert_import_failed token_pin_policy_failure
timestamper_failed mlog.timestamp_request_timed_out mlog.malformed_timestamp_server_url
mlog.timestamping_non_ok_response mlog.no_timestamping_provider_found mlog.tsp_certificate_not_found
mlog.timestamp_token_signer_info_not_found mlog.timestamp_response_validation_failed
mlog.timestamp_signer_verification_failed mlog.timestamp_provider_connection_failed
mlog.timestamp_non_granted_response mlog.timestamp_record_save_failure
mlog.message_log_record_not_found
ocsp_connection_error ocsp_response_parsing_failure ocsp_failed ocsp_response_verification_failure
""",
)
PREFIXES = {
    "client": "Client",
    "server.clientproxy": "Server.ClientProxy",
    "server.serverproxy": "Server.ServerProxy",
    "signer": "Signer",
    "server.serverproxy.opmonitor": "Server.ServerProxy.OpMonitor",
}


def old(code: str) -> str:
    return ".".join("".join(word.capitalize() for word in part.split("_")) for part in code.split("."))


@pytest.mark.parametrize("code", CODES)
def test_t38_every_code_is_known_in_both_spellings(code: str) -> None:
    for new_prefix, old_prefix in PREFIXES.items():
        new = f"{new_prefix}.{code}"
        assert same(new, new)
        assert same(new, f"{old_prefix}.{old(code)}")
        assert same(f"{old_prefix}.{old(code)}".upper(), new)


def test_t38_the_one_code_that_was_renamed() -> None:
    assert same("Server.ClientProxy.OutdatedGlobalConf", "server.clientproxy.global_conf_outdated")
    assert same("OutdatedGlobalConf", "GlobalConfOutdated")
    assert not same("Server.ServerProxy.AccessDenied", "server.clientproxy.access_denied")


def test_no_two_codes_are_the_same() -> None:
    alike = [(one, other) for one in CODES for other in CODES if one < other and same(one, other)]
    assert alike == []


def test_a_callers_fault_is_400_and_any_other_500() -> None:
    assert Fault("client.bad_request").status == 400
    assert Fault("server.serverproxy.access_denied").status == 500
    assert Fault("clientele").status == 500
    assert Fault("server.clientproxy.io_error", status=503).status == 503


def test_prefixes_stack_and_keep_the_detail() -> None:
    inner = Fault("missing_body", "no body")
    outer = inner.within("service_failed").within("server.clientproxy")
    assert outer.code == "server.clientproxy.service_failed.missing_body"
    assert (outer.message, outer.detail) == ("no body", inner.detail)
    assert outer.within("server.clientproxy") is outer
    denied = Fault("server.serverproxy.access_denied")
    assert denied.within("server.clientproxy") is denied
    assert Fault("client.bad_request").within("server.clientproxy").code == "client.bad_request"


def test_t39_every_fault_has_a_uuid_of_its_own() -> None:
    one, other = Fault("x"), Fault("x")
    assert UUID(one.detail) != UUID(other.detail)
    assert json.loads(render(one, None)[1])["detail"] == one.detail


JSON, XML, TEXT = "application/json", "application/xml;charset=utf-8", "text/xml;charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        *((None, JSON), ("", JSON), ("application/json", JSON), ("foobarbaz", JSON), ("*/*", JSON)),
        *(("application/xml", XML), ("text/xml", TEXT), ("text/*", TEXT), ("text/xml-patch+xml", JSON)),
        *(("application/xml,text/xml", XML), ("text/xml, application/xml", TEXT)),
        *(("application/xml; q=0.2", XML), ("application/xml;q=0.1, application/json;q=0.9", XML)),
        *(("application/json, text/xml", TEXT), ("APPLICATION/XML", XML), ("text/html, text/*;q=0.1", TEXT)),
        *(("application/*", JSON), ("text/html", JSON), (",,;;,", JSON), ("foo, application/xml", XML)),
    ],
)
def test_t37_accept_matrix(accept: str | None, kind: str) -> None:
    content_type, body = render(Fault("server.clientproxy.io_error", "Lỗi <&>"), accept)
    assert content_type == kind
    if kind == JSON:
        assert json.loads(body)["type"] == "server.clientproxy.io_error"
    else:
        root = etree.fromstring(body)
        assert [each.tag for each in root] == ["type", "message", "detail"]
        assert root.findtext("message") == "Lỗi <&>"


@given(
    st.sampled_from(CODES),
    st.text(min_size=1).filter(str.strip),
    st.sampled_from([None, "application/xml", "text/xml"]),
)
def test_what_is_rendered_is_read_back(code: str, message: str, accept: str | None) -> None:
    fault = Fault(f"server.clientproxy.{code}", message)
    read = read_fault(*render(fault, accept))
    assert read is not None
    assert (read.code, read.detail, read.status) == (fault.code, fault.detail, 500)
    if message.isprintable():
        assert read.message == message.strip() or accept is None


def test_a_soap_fault_is_read_back_in_the_form_of_soap() -> None:
    fault = Fault("server.serverproxy.service_disabled", "Bảo dưỡng đến 22 giờ <mai>")
    raw = soap_fault(fault)
    root = etree.fromstring(raw)
    found = root.find(f"{{{xml.SOAP}}}Body/{{{xml.SOAP}}}Fault")
    assert found is not None
    assert [each.tag for each in found] == ["faultcode", "faultstring", "faultactor", "detail"]
    assert found.findtext("detail/faultDetail") == fault.detail
    assert found.findtext("faultactor") == ""
    read = read_fault("text/xml; charset=utf-8", raw)
    assert read is not None
    assert (read.code, read.message, read.detail) == (fault.code, fault.message, fault.detail)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        *(("application/json", b"[]"), ("application/json", b"{}"), ("application/json", b'{"type":1}')),
        *(
            ("application/json", b"{" * 100_000),
            ("application/json", b'{"type":""}'),
            ("application/json", b"\xff"),
        ),
        *(("text/xml", b"<a/>"), ("text/xml", b"<error/>"), ("text/xml", b"<error><type/></error>")),
        *(
            ("text/plain", b'{"type":"x"}'),
            ("", b""),
            ("text/xml", b"<!DOCTYPE error><error><type>x</type></error>"),
        ),
        ("application/json", b'{"type":"x"}' + b" " * 300_000),
    ],
)
def test_what_is_no_fault_is_none(content_type: str, body: bytes) -> None:
    assert read_fault(content_type, body) is None


@given(st.sampled_from(["application/json", "text/xml", "text/plain", ""]), st.binary(max_size=200))
def test_any_answer_is_a_fault_or_none(content_type: str, body: bytes) -> None:
    for prefix in (b"", b"<error>", b'{"type":'):
        found = read_fault(content_type, prefix + body)
        assert found is None or found.code


def test_the_header_of_faults_has_its_name() -> None:
    assert faults.ERROR_HEADER == "X-Road-Error"
