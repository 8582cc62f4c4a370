"""Services as they are registered, described, opened, and closed with a notice."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.constraints import refused
from tests.support.people import AT
from tinhso.exchange.contracts import SubjectKind
from tinhso.exchange.models import Endpoint, Right, Service
from tinhso.exchange.models.services import RESERVED
from tinhso.exchange.operations import descriptions, members, services
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM

OWNER = "VN-DEMO/GOV/H01/TINHSO"
OPENAPI = """
openapi: 3.1.0
info: {title: Hồ sơ, version: "1"}
paths:
  /ho-so/{so}: {get: {responses: {}}, post: {responses: {}}}
  /ho-so/{so}/tep/{ten}: {get: {responses: {}}, parameters: []}
"""
WSDL = """<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:x="http://x-road.eu/xsd/xroad.xsd"
 xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/">
<w:binding name="b"><w:operation name="Mot"><x:version>v1</x:version></w:operation>
<w:operation name="Hai"/></w:binding>
<w:service name="d"><w:port name="c"><s:address location="http://10.0.0.1/soap"/></w:port></w:service>
</w:definitions>"""


def owner() -> UUID:
    return members.register(identifier=OWNER, member_name="UBND", name="Tỉnh Số", by=SYSTEM, at=AT)


def rest(subsystem: UUID, code: str = "ho-so", **facts: Any) -> UUID:
    url = facts.pop("url", "http://127.0.0.1:9/a")
    return services.register_rest(
        subsystem_id=subsystem, code=code, title=code, url=url, by=SYSTEM, at=AT, **facts
    )


@pytest.mark.django_db
def test_a_new_service_is_closed() -> None:
    assert not Service.objects.get(id=rest(owner())).enabled


@pytest.mark.django_db
@pytest.mark.parametrize("code", [*RESERVED, "", "a/b", "a%b", "a:b"])
def test_t43_reserved_and_unspeakable_codes_are_refused(code: str) -> None:
    with pytest.raises(Invalid):
        rest(owner(), code)


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://x?a=1", "http://x#y", "x"])
def test_an_address_is_plain_http(url: str) -> None:
    with pytest.raises(Invalid):
        rest(owner(), url=url)


@pytest.mark.django_db
def test_a_code_is_taken_once() -> None:
    subsystem = owner()
    rest(subsystem)

    with pytest.raises(Conflict):
        rest(subsystem)


@pytest.mark.django_db
def test_endpoints_come_out_of_the_description_and_change_with_it() -> None:
    service_id = services.register_openapi(
        subsystem_id=owner(), code="ho-so", url="http://x", description=OPENAPI, by=SYSTEM, at=AT
    )
    listed = set(Endpoint.objects.values_list("method", "path"))
    assert listed == {("GET", "/ho-so/*"), ("POST", "/ho-so/*"), ("GET", "/ho-so/*/tep/*")}

    newer = OPENAPI.replace("/ho-so/{so}/tep/{ten}", "/khac")
    services.describe_anew(service_id=service_id, description=newer, by=SYSTEM, at=AT)
    assert ("GET", "/khac") in set(Endpoint.objects.values_list("method", "path"))


@pytest.mark.django_db
def test_each_operation_of_a_wsdl_is_a_service() -> None:
    services.register_wsdl(subsystem_id=owner(), description=WSDL, by=SYSTEM, at=AT)

    found = set(Service.objects.values_list("code", "version", "url"))
    assert found == {("Mot", "v1", "http://10.0.0.1/soap"), ("Hai", "", "http://10.0.0.1/soap")}


@pytest.mark.django_db
def test_a_service_closes_with_a_notice_and_opens_without() -> None:
    service_id = rest(owner())
    services.enable(service_id=service_id, by=SYSTEM, at=AT)
    with pytest.raises(Invalid):
        services.disable(service_id=service_id, notice=" ", by=SYSTEM, at=AT)

    services.disable(service_id=service_id, notice="Nâng cấp", by=SYSTEM, at=AT)
    assert Service.objects.get().notice == "Nâng cấp"
    services.enable(service_id=service_id, by=SYSTEM, at=AT)
    assert Service.objects.get().notice == ""


@pytest.mark.django_db
def test_only_known_facts_of_a_service_change() -> None:
    service_id = rest(owner())
    services.change(service_id=service_id, timeout_seconds=5, by=SYSTEM, at=AT)

    assert Service.objects.get().timeout_seconds == 5
    with pytest.raises(TypeError):
        services.change(service_id=service_id, title="Khác", by=SYSTEM, at=AT)
    with pytest.raises(TypeError):
        services.change(service_id=service_id, code="x", by=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        services.change(service_id=new_id(), timeout_seconds=5, by=SYSTEM, at=AT)


@pytest.mark.django_db
def test_a_right_names_a_subsystem_and_ends_once() -> None:
    service_id = rest(owner())
    right = services.allow(
        service_id=service_id, kind=SubjectKind.SUBSYSTEM, subject="A/B/C/D", by=SYSTEM, at=AT
    )

    with pytest.raises(Invalid):
        services.allow(service_id=service_id, kind=SubjectKind.SUBSYSTEM, subject="A/B/C", by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        services.allow(service_id=service_id, kind=SubjectKind.SUBSYSTEM, subject="A/B/C/D", by=SYSTEM, at=AT)
    services.withdraw(right_id=right, by=SYSTEM, at=AT)
    with pytest.raises(NotFound):
        services.withdraw(right_id=right, by=SYSTEM, at=AT)


@pytest.mark.django_db
def test_the_database_refuses_what_no_operation_would_write() -> None:
    service_id = rest(owner())
    row = Service.objects.filter(id=service_id)
    made = Service.objects.get(id=service_id)
    Endpoint.objects.create(service=made, method="GET", path="/a")
    right = Right(service=made, subject_kind="subsystem", subject="A/B/C/D", granted_at=AT)
    right.save()

    refused("service_once", lambda: Service.objects.bulk_create([_copy(made)]))
    refused("service_has_a_code", lambda: row.update(code=""))
    refused("service_code_not_reserved", lambda: row.update(code="listMethods"))
    refused("service_known_kind", lambda: row.update(kind="FTP"))
    refused("service_version_only_for_soap", lambda: row.update(version="v1"))
    refused("service_known_class", lambda: row.update(service_class="x"))
    refused("service_known_body_log", lambda: row.update(body_log="x"))
    refused("service_masked_by_rules", lambda: row.update(body_log="masked"))
    refused("service_known_contract_check", lambda: row.update(contract_check="x"))
    refused("service_bounded_timeout", lambda: row.update(timeout_seconds=0))
    refused("service_retires_after_notice", lambda: row.update(retires_at=AT))
    refused("endpoint_once", lambda: Endpoint.objects.create(service=made, method="GET", path="/a"))
    refused("endpoint_known_method", lambda: Endpoint.objects.create(service=made, method="X", path="/a"))
    refused("endpoint_path_begins", lambda: Endpoint.objects.create(service=made, method="GET", path="a"))
    rights = Right.objects.filter(id=right.id)
    refused("right_known_subject", lambda: rights.update(subject_kind="x"))
    refused("right_never_for_a_bare_member", lambda: rights.update(subject="A/B/C"))
    refused("right_ends_after_it_began", lambda: rights.update(ended_at=AT - timedelta(days=1)))
    refused(
        "right_once",
        lambda: Right.objects.create(
            service=made, subject_kind="subsystem", subject="A/B/C/D", granted_at=AT
        ),
    )


def _copy(made: Service) -> Service:
    return Service(
        subsystem=made.subsystem, code=made.code, kind=made.kind, title="x", url="x", registered_at=AT
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "openapi: 2.0",
        '{"openapi": "3.0.0"}',
        "openapi: 3.0.0\npaths: {a: {get: {}}}",
        "a: &x [1]\nb: *x",
        "{" * 10_000,
        "openapi: 3.0.0\npaths: !!python/object/apply:os.system [ls]",
    ],
)
def test_what_is_no_openapi_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        descriptions.openapi(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<a/>",
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        WSDL.replace("operation", "thao-tac"),
        WSDL[:-5],
    ],
)
def test_what_is_no_wsdl_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        descriptions.wsdl(text)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for read in (descriptions.openapi, descriptions.wsdl):
        with suppress(Invalid):
            read(text)
