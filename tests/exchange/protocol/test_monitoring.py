"""Questions of operational monitoring are read strictly (§15)."""

from __future__ import annotations

import pytest

from tests.exchange.gateway.world import HOTICH
from tests.exchange.protocol.monitored import criteria, ids, question
from tinhso.exchange.protocol import monitoring
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import parse_client


def test_criteria_are_read_whatever_prefix_they_have() -> None:
    client = f'<om:client id:objectType="SUBSYSTEM">{ids(HOTICH)}</om:client>'
    asked = question(monitoring.OPERATIONAL, criteria(7, 9, client, ("messageId", "succeeded")))
    for text in (asked, asked.replace(b"om:", b"theo-doi:").replace(b"xmlns:om", b"xmlns:theo-doi")):
        found = monitoring.read_criteria(text, "utf-8")

        assert found == monitoring.Criteria(7, 9, parse_client(HOTICH), frozenset(("messageId", "succeeded")))


def test_no_client_is_every_provider() -> None:
    assert monitoring.read_filter(question(monitoring.HEALTH, ""), "utf-8") is None
    assert (
        monitoring.read_criteria(question(monitoring.OPERATIONAL, criteria(7, 9)), "utf-8").provider is None
    )


@pytest.mark.parametrize(
    "inside",
    [
        "",
        criteria(-1),
        criteria(9, 8),
        criteria(0, 10**18),
        criteria(fields=("matKhau",)),
        criteria().replace("<om:recordsTo>", "<om:recordsTo>x"),
        criteria(more="<om:client><id:memberCode>1</id:memberCode></om:client>"),
    ],
)
def test_criteria_that_cannot_be_are_refused(inside: str) -> None:
    with pytest.raises(Fault) as refused:
        monitoring.read_criteria(question(monitoring.OPERATIONAL, inside), "utf-8")
    assert refused.value.code == "client.invalid_request"
