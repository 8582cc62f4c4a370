"""Questions about monitoring, as other systems write them."""

from __future__ import annotations

from tests.exchange.gateway.world import AG1, HOTICH, PROVINCE, now
from tinhso.exchange.protocol import monitoring


def ids(client: str) -> str:
    """The elements of a client's identifier."""
    names = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode")
    parts = zip(names, client.split("/"), strict=False)
    return "".join(f"<id:{name}>{part}</id:{name}>" for name, part in parts)


def question(code: str, inside: str, *, client: str = HOTICH, owner: str = PROVINCE, to: str = AG1) -> bytes:
    """A question of monitoring to a server's owner."""
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xrd="http://x-road.eu/xsd/xroad.xsd" xmlns:id="http://x-road.eu/xsd/identifiers" '
        f'xmlns:om="{monitoring.NAMESPACE}"><s:Header>'
        f'<xrd:client id:objectType="SUBSYSTEM">{ids(client)}</xrd:client>'
        f'<xrd:service id:objectType="SERVICE">{ids(owner)}<id:serviceCode>{code}</id:serviceCode>'
        '</xrd:service><xrd:securityServer id:objectType="SERVER">'
        f"{ids(to.rpartition('/')[0])}<id:serverCode>{to.rpartition('/')[2]}</id:serverCode>"
        "</xrd:securityServer><xrd:id>q-1</xrd:id><xrd:protocolVersion>4.0</xrd:protocolVersion></s:Header>"
        f"<s:Body><om:{code}>{inside}</om:{code}></s:Body></s:Envelope>"
    ).encode()


def criteria(begins: int = 0, ends: int | None = None, more: str = "", fields: tuple[str, ...] = ()) -> str:
    """Search criteria and output specification; up to the near future unless told."""
    last = int(now().timestamp()) + 30 if ends is None else ends
    spec = "".join(f"<om:outputField>{name}</om:outputField>" for name in fields)
    return (
        f"<om:searchCriteria><om:recordsFrom>{begins}</om:recordsFrom><om:recordsTo>{last}</om:recordsTo>"
        f"{more}</om:searchCriteria>" + (f"<om:outputSpec>{spec}</om:outputSpec>" if fields else "")
    )
