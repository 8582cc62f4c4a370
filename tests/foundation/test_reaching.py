"""An address that others gave leads to the internet, or to a network that was named, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation import http
from tinhso.foundation.reaching import reach


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "0.0.0.0",  # noqa: S104
        "100.64.0.1",
        "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::",
        "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "2002:7f00:1::1", "2002:a00:1::", "fec0::1",
    ],
)  # fmt: skip
def test_no_address_of_our_own_is_reached(address: str) -> None:
    assert not reach().allows(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "203.162.4.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_the_internet_is_reached(address: str) -> None:
    assert reach().allows(address)


@given(st.ip_addresses(v=4, network="10.20.0.0/16"))
def test_a_named_network_is_reached(address: object) -> None:
    assert reach(["10.20.0.0/16"]).allows(str(address))
    assert reach(["10.20.0.0/16"]).allows(f"::ffff:{address}")
    assert not reach(["10.21.0.0/16"]).allows(str(address))


@pytest.mark.parametrize(
    "url", ["http://localhost:9/", "http://[::1]:9/", "http://0x7f000001:9/", "http://127.1:9/"]
)
def test_a_call_by_any_name_of_this_machine_is_refused(url: str) -> None:
    with pytest.raises(http.Refused) as refused:
        http.call("POST", url, service="x", within=reach(), tries=http.Tries(count=1))

    assert refused.value.facts["reached"] is False
    assert "may be reached" in str(refused.value.facts["why"])
