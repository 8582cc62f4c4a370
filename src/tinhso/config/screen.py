"""The one screen that `make run` prints: addresses, demo people and what each can do."""

from __future__ import annotations

from tinhso.config import rooms

WIDTH = 92


def text(*, origin: str, national: str) -> str:
    """The screen. Rooms tell of their demo people by `people()` in their module `demo`."""
    lines = [
        "",
        "─" * WIDTH,
        " Tỉnh Số đang chạy",
        "─" * WIDTH,
        f"  Người dân            {origin}/",
        f"  Cán bộ               {origin}/can-bo/",
        f"  API                  {origin}/api/v1/docs",
        f"  Phía quốc gia (thử)  {national}/",
        f"  Điện thoại nhận tin  {national}/messages",
        f"  Bưu điện (thử)       {national}/post",
        f"  Ngân hàng (thử)      {national}/bank",
        f"  Cổng quốc gia (thử)  {national}/dvcqg",
        "",
    ]
    for _room, module in rooms.with_module("demo"):
        if hasattr(module, "people"):
            lines += [f"  {line}" for line in module.people()]
    return "\n".join([*lines, "─" * WIDTH, "  Ctrl-C để dừng tất cả. Dữ liệu được giữ lại cho lần sau.", ""])
