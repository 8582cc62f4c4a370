"""Files on their way to a paper: announced when they are chosen, so that nothing is sent without them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import files
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import ActorRef

DRAFT, SUPPLEMENT = "draft", "supplement"


def purpose(kind: str, id: UUID, paper: str = "") -> str:
    """What an upload for a paper announces itself with; without a paper, the beginning of them all."""
    return f"{kind}/{id}/{paper}"


def announced(kind: str, id: UUID, *, by: ActorRef, at: datetime) -> dict[str, tuple[files.UploadView, ...]]:
    """What is on its way, by paper, oldest first. One query."""
    start = purpose(kind, id)
    found: dict[str, tuple[files.UploadView, ...]] = {}
    for upload in files.under_way(start, by=by, at=at):
        paper = upload.purpose.removeprefix(start)
        found[paper] = (*found.get(paper, ()), upload)
    return found


def require_whole(kind: str, id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Raise Invalid, with a fault per paper, while an announced file has not been handed in whole."""
    waiting = announced(kind, id, by=by, at=at)
    if waiting:
        faults = {f"papers.{paper}": _sentence(uploads[0]) for paper, uploads in waiting.items()}
        raise Invalid(_("Còn tệp chưa tải xong nên chưa gửi. Hãy tải xong hoặc bỏ tệp đó."), faults=faults)


def _sentence(upload: files.UploadView) -> str:
    if upload.received == upload.size:
        words = _("Tệp “%(name)s” đã tải xong nhưng chưa vào hồ sơ. Hãy bấm “Đưa vào” hoặc “Bỏ”.")
    else:
        words = _("Tệp “%(name)s” mới tải %(percent)d %%. Hãy chọn lại tệp để tải tiếp, hoặc bỏ tệp này.")
    return words % {"name": upload.name, "percent": upload.percent}
