"""Where an agreement lists reason codes, each request names one of them, by REST and SOAP (lessons §5.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.exchange.agreements import laid
from tests.exchange.gateway.asking import Answer, ask
from tests.exchange.gateway.test_guards import Agreed, agreed
from tests.exchange.gateway.test_soap import WSDL, envelope
from tests.exchange.gateway.world import HOTICH, Side, World, now, rows
from tests.support.constraints import refused
from tinhso.exchange.contracts import ServiceKind
from tinhso.exchange.guards import standing
from tinhso.exchange.models import Service, Terms
from tinhso.exchange.models.agreements import MOST_REASON_CODES
from tinhso.exchange.operations import agreements
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today

__all__ = ["agreed"]

pytestmark = pytest.mark.django_db(transaction=True)
CODES = ("khai-sinh", "ket-hon")


def _reasoned(world: World, side: Side, place: laid.Place, agreement: UUID, *codes: str) -> None:
    """The agreement lists these codes from now on."""
    day = today(now())
    wish = replace(laid.wish(day, day + timedelta(days=9)), reason_codes=codes)
    agreements.ask_anew(agreement, wish, by=place.developer, at=now())
    agreements.accept(agreement, by=place.owner, at=now())
    world.caught_up(side)


def test_a_request_names_a_reason_that_the_agreement_lists(agreed: Agreed) -> None:
    assert agreed.ask().status == 200
    _reasoned(agreed.world, agreed.province, agreed.place, agreed.agreement, *CODES)

    without = agreed.ask()
    other = agreed.ask(headers=[("Tinhso-Reason-Code", "to-mo")])
    named = agreed.ask(headers=[("Tinhso-Reason-Code", "khai-sinh")])

    assert (without.status, without.error) == (400, "client.reason_code_missing")
    assert (other.status, other.error) == (400, "client.reason_code_not_agreed")
    for answer in (without, other):
        assert "ket-hon, khai-sinh in the header Tinhso-Reason-Code" in answer.json()["message"]
    assert named.status == 200
    assert len(agreed.world.services.calls) == 2, "a refused request does not reach the service"
    last = agreed.world.services.calls[-1]
    assert last.all("tinhso-reason-code") == ["khai-sinh"]
    assert [row["agreement_revision"] for row in rows(agreed.province)] == [1, 1, 2, 2]

    _reasoned(agreed.world, agreed.province, agreed.place, agreed.agreement)
    assert agreed.ask().status == 200


def _message(code: str = "", *, suffix: str = "") -> bytes:
    """A SOAP message of the nation's register to the province's service, with this reason."""
    body = envelope(suffix=suffix).decode()
    for one, other in (("BTP", "H01"), ("HOTICH", "TINHSO")):
        body = body.replace(one, "@").replace(other, one).replace("@", other)
    if code:
        said = f'<t:reasonCode xmlns:t="urn:tinhso:exchange">{code}</t:reasonCode>'
        body = body.replace("</s:Header>", f"{said}</s:Header>")
    return body.encode()


def _soap(side: Side, code: str, *, again: str = "") -> Answer:
    headers = [("Content-Type", "text/xml; charset=UTF-8"), ("SOAPAction", '""')]
    body = _message(code)
    if again:
        named = f'<t:reasonCode xmlns:t="urn:tinhso:exchange">{again}</t:reasonCode>'
        body = body.replace(b"</s:Header>", f"{named}</s:Header>".encode())
    return ask(side, "/", verb="POST", headers=headers, client=None, body=body)


def test_a_soap_request_names_its_reason_in_a_header(world: World, province: Side, nation: Side) -> None:
    place = laid.place(client=HOTICH)
    url = f"http://127.0.0.1:{world.service_port}/soap"
    Service.objects.filter(id=place.service).update(
        kind=ServiceKind.WSDL, code="TraCuuHoTich", version="v1", url=url, description=WSDL.format(url=url)
    )
    day = today(now())
    wish = replace(laid.wish(day, day + timedelta(days=9)), reason_codes=CODES)
    agreement = agreements.ask(
        place.application, place.plan, wish, conditions=1, by=place.developer, at=now()
    )
    agreements.accept(agreement, by=place.owner, at=now())
    agreements.enable(agreement, by=place.operator, at=now())
    world.caught_up(province)
    world.services.headers = [("Content-Type", "text/xml; charset=UTF-8")]
    world.services.body = _message(suffix="Response")

    without, other = _soap(nation, ""), _soap(nation, "to-mo")
    twice = _soap(nation, "ket-hon", again="to-mo")
    assert twice.status == 500
    assert b"duplicate_header_field" in twice.body
    assert not world.services.calls
    assert (without.error, other.error) == ("client.reason_code_missing", "client.reason_code_not_agreed")
    assert b"over SOAP in the header reasonCode of urn:tinhso:exchange" in without.body
    named = _soap(nation, "ket-hon")
    (call,) = world.services.calls
    assert b"ket-hon" in call.body
    assert (named.status, named.error) == (200, None)


def test_codes_are_few_and_plain() -> None:
    place = laid.place()
    for codes in (("có dấu",), ("a" * 65,), tuple(f"m{n}" for n in range(MOST_REASON_CODES + 1))):
        with pytest.raises(Invalid) as refusal:
            agreements.ask(
                place.application,
                place.plan,
                replace(laid.wish(), reason_codes=codes),
                conditions=1,
                by=place.developer,
                at=laid.AT,
            )
        assert set(refusal.value.faults) == {"reason_codes"}
    wish = replace(laid.wish(), reason_codes=(" b ", "a", "", "b"))
    id = agreements.ask(place.application, place.plan, wish, conditions=1, by=place.developer, at=laid.AT)
    assert Terms.objects.get(agreement=id).reason_codes == ["a", "b"]
    many = [f"m{n}" for n in range(MOST_REASON_CODES + 1)]
    row = Terms.objects.get(agreement=id)
    row.id, row.revision, row.reason_codes = new_id(), 2, many
    refused("terms_few_reason_codes", lambda: row.save(force_insert=True))


@pytest.mark.parametrize(
    ("agreed_codes", "given", "code"),
    [
        (frozenset(), "", None),
        (frozenset(), "gi-cung-duoc", None),
        (frozenset({"a"}), " a ", None),
        (frozenset({"a"}), "A", "client.reason_code_not_agreed"),
        (frozenset({"a"}), " ", "client.reason_code_missing"),
    ],
)
def test_a_reason_is_one_of_the_listed_ones_exactly(
    agreed_codes: frozenset[str], given: str, code: str | None
) -> None:
    fault = standing.unreasoned(agreed_codes, given)

    assert (fault.code if fault else None) == code
