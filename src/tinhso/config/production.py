"""What production refuses to start with: demo secrets, the sandbox, an upload scanner that is off."""

from __future__ import annotations

import click
from django.conf import settings

from tinhso.config import rooms


def faults() -> list[str]:
    """Everything that must be mended before production may start, one sentence each.

    Rooms add their own by a function `production_faults` in their module `production`.
    """
    found: list[str] = []
    for _room, module in rooms.with_module("production"):
        found += module.production_faults()
    return found


def refuse_demo_parts() -> None:
    """End the process, naming every fault, when production is asked for with demo parts."""
    if not settings.PRODUCTION:
        return
    found = faults()
    if found:
        lines = "\n".join(f"  - {fault}" for fault in found)
        raise SystemExit(f"tinhso: chưa chạy chính thức được, hãy sửa:\n{lines}")


def refuse_demo_data() -> None:
    """Raise ClickException when demo data would be loaded into production."""
    if settings.PRODUCTION:
        raise click.ClickException("Không nạp dữ liệu trình diễn vào hệ thống chính thức.")
