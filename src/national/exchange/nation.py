"""Who takes part from the start: the ministries with their registers, and the province that joins."""

from __future__ import annotations

from typing import Any

from national.exchange.directory import Directory

MEMBERS = (
    ("GOV", "BTTTT", "Bộ chủ quản trục chia sẻ quốc gia (thử)"),
    ("GOV", "BTP", "Bộ Tư pháp (thử)"),
    ("GOV", "BCA", "Bộ Công an (thử)"),
    ("GOV", "H01", "UBND tỉnh An Giang"),
)
SUBSYSTEMS = (
    ("GOV/BTP", "HOTICH", "Cơ sở dữ liệu hộ tịch điện tử (thử)"),
    ("GOV/BCA", "DANCU", "Cơ sở dữ liệu quốc gia về dân cư (thử)"),
    ("GOV/H01", "TINHSO", "Nền tảng Tỉnh Số"),
)
SERVER_OWNER, SERVER_CODE = "GOV/BTTTT", "QG1"
SERVED = ("GOV/BTP/HOTICH", "GOV/BCA/DANCU")


def enrol(directory: Directory) -> None:
    """Register members and subsystems that are not there yet; safe to run at each start."""
    for kind, code, name in MEMBERS:
        _once(directory, "member", f"{kind}/{code}", {"class": kind, "code": code, "name": name})
    for owner, code, name in SUBSYSTEMS:
        _once(directory, "subsystem", f"{owner}/{code}", {"code": code, "name": name})


def _once(directory: Directory, kind: str, key: str, data: dict[str, Any]) -> None:
    if not directory.has(kind, key):
        directory.put(kind, key, data)
