"""Who takes part from the start: the ministries with their registers, and the province that joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from national.exchange.directory import Directory

MEMBERS = (
    ("GOV", "BTTTT", "Bộ chủ quản trục chia sẻ quốc gia (thử)"),
    ("GOV", "BTP", "Bộ Tư pháp (thử)"),
    ("GOV", "BCA", "Bộ Công an (thử)"),
    ("GOV", "VPCP", "Văn phòng Chính phủ (thử)"),
    ("GOV", "H01", "UBND tỉnh An Giang"),
)
SUBSYSTEMS = (
    ("GOV/BTP", "HOTICH", "Cơ sở dữ liệu hộ tịch điện tử (thử)"),
    ("GOV/BCA", "DANCU", "Cơ sở dữ liệu quốc gia về dân cư (thử)"),
    ("GOV/VPCP", "DVCQG", "Cổng Dịch vụ công quốc gia (thử)"),
    ("GOV/H01", "TINHSO", "Nền tảng Tỉnh Số"),
)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a security server is. Identifiers are without their instance."""

    owner: str
    code: str
    served: tuple[str, ...]
    signers: Mapping[str, str]
    """Members whose keys it holds, and the keys' kind (`rsa`, `p256`)."""
    folder: str
    switches: str
    """The service whose fault switches hit it."""

    @property
    def server(self) -> str:
        """Owner and code."""
        return f"{self.owner}/{self.code}"


NATION = Identity(
    owner="GOV/BTTTT",
    code="QG1",
    served=("GOV/BTP/HOTICH", "GOV/BCA/DANCU", "GOV/VPCP/DVCQG"),
    signers={"GOV/BTP": "rsa", "GOV/BCA": "p256", "GOV/VPCP": "p256"},
    folder="exchange",
    switches="gateway",
)


def enrol(directory: Directory) -> None:
    """Register members and subsystems that are not there yet; safe to run at each start."""
    for kind, code, name in MEMBERS:
        _once(directory, "member", f"{kind}/{code}", {"class": kind, "code": code, "name": name})
    for owner, code, name in SUBSYSTEMS:
        _once(directory, "subsystem", f"{owner}/{code}", {"code": code, "name": name})


def _once(directory: Directory, kind: str, key: str, data: dict[str, Any]) -> None:
    if not directory.has(kind, key):
        directory.put(kind, key, data)
