"""A client of other people's making, for another country's X-Road, asks over SOAP through our gateway."""

from __future__ import annotations

import pytest
from django.conf import settings
from XRoad.client import XClient
from XRoad.Members import Members
from zeep.exceptions import Fault

from tests.exchange.gateway.test_nation import Together, together
from tests.exchange.gateway.world import HOTICH, TINHSO, rows

__all__ = ["together"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def client(together: Together, monkeypatch: pytest.MonkeyPatch) -> XClient:
    """It reads the register's WSDL from its provider, as this country hands descriptions over."""
    described = f"http://127.0.0.1:{settings.NATIONAL_PORT}/hotich/wsdl"
    monkeypatch.setattr(Members, "wsdl_url", lambda _self, _server: described)
    made = XClient(together.province.url, TINHSO, f"{HOTICH}/TraCuuHoTich")
    made.service._binding_options["address"] = together.province.url
    return made


def test_a_foreign_client_is_answered_and_its_exchange_is_kept(
    together: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = client(together, monkeypatch).request(
        soDinhDanh="091078004512", hoTen="Nguyễn Văn Biển", mucDich="Xác minh"
    )

    assert told["body"]["timThay"] if "body" in told else told["timThay"]
    assert "Lê Thị Thu" in str(told)
    assert [row["response"] for row in rows(together.province)] == [False, True]


def test_a_foreign_client_reads_our_faults(together: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = client(together, monkeypatch)
    together.nation.office.services.put(
        type(together.nation.office.services.find(HOTICH, "TraCuuHoTich"))(
            owner=HOTICH, code="TraCuuHoTich", kind="SOAP", notice="đang sửa"
        )
    )

    with pytest.raises(Fault):
        asking.request(soDinhDanh="091078004512", hoTen="Nguyễn Văn Biển", mucDich="Xác minh")
