"""The press: one Typst compiler per thread, kept, because loading fonts costs more than setting a page.

Typst cannot be stopped from outside, so a document is set in a thread of a small pool, and its caller
stops waiting after a while; what bounds the work itself are the limits on the data.
"""

from __future__ import annotations

import json
import os
import threading
import unicodedata
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as WaitedTooLong
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import typst
from django.utils.translation import gettext as _

from tinhso.foundation.paper.templates import FOLDER, PaperError, source_of

FONTS = Path(__file__).parent / "fonts"
LARGEST_DATA = 512 * 1024
MOST_PAGES = 300
LONGEST_WAIT = 20.0
THREADS = 2

_UNSEEN = {
    **{code: None for code in range(0x20) if code not in (0x09, 0x0A)},
    **dict.fromkeys((0x7F, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)),
}
Made = TypeVar("Made")
_kept = threading.local()
_pools: dict[int, ThreadPoolExecutor] = {}


def render(
    *,
    template: str,
    data: Mapping[str, Any],
    made_at: datetime | None = None,
    marked: bool = False,
    tagged: bool = True,
) -> bytes:
    """Set a document as PDF.

    `template` is a registered name (`decision`, `letter`, `dossiers/receipt`) or a whole source.
    `data` holds JSON values; its strings are composed (NFC), stripped of control and direction marks and
    set as text. `made_at` is the moment written into the file (aware, UTC); without one it holds none, so
    that equal input gives equal bytes. `marked` leaves marks where signatures and later words will stand,
    for `signing.prepare`. `tagged` gives screen readers the document's structure.
    Raises PaperError, TemplateRefused, LookupError.
    """
    inputs = {"data": _given(data), "marked": "yes" if marked else "no"}
    return _waited(_pool().submit(_set, source_of(template), inputs, made_at, tagged))


def render_pages(*, template: str, data: Mapping[str, Any], dots: int = 96) -> tuple[bytes, ...]:
    """Set a document as pictures (PNG), a page each, at `dots` to the inch: for a screen, never for paper.

    `template` and `data` are as for `render`. Raises as `render` does.
    """
    inputs = {"data": _given(data), "marked": "no"}
    return _waited(_pool().submit(_drawn, source_of(template), inputs, dots))


def _given(data: Mapping[str, Any]) -> str:
    text = json.dumps(clean(data), ensure_ascii=False)
    if len(text) > LARGEST_DATA:
        raise PaperError(_("Nội dung văn bản quá dài để in. Hãy chuyển bớt nội dung vào tệp đính kèm."))
    return text


def _waited(work: Future[Made]) -> Made:
    try:
        return work.result(timeout=LONGEST_WAIT)
    except WaitedTooLong:
        work.cancel()
        raise PaperError(
            _("Văn bản mất quá nhiều thời gian để in. Hãy rút gọn nội dung rồi thử lại.")
        ) from None


def clean(value: Any) -> Any:
    """JSON values with their strings composed and freed of marks that hide or reverse text."""
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode()
        return unicodedata.normalize("NFC", text).translate(_UNSEEN)
    if isinstance(value, Mapping):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value


def _pool() -> ThreadPoolExecutor:
    """The pool of this process; a forked child makes its own."""
    process = os.getpid()
    if process not in _pools:
        _pools.clear()
        _pools[process] = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="press")
    return _pools[process]


def _compiler() -> typst.Compiler:
    found = getattr(_kept, "compiler", None)
    if found is None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
        nowhere = str(FOLDER / "no-packages")
        found = typst.Compiler(
            root=str(FOLDER), font_paths=fonts, package_path=nowhere, package_cache_path=nowhere
        )
        _kept.compiler = found
    return found


UNDATED = b"#set document(date: none);"
"""Without it the press writes the moment at which it runs."""


def _set(source: bytes, inputs: dict[str, str], made_at: datetime | None, tagged: bool) -> bytes:
    timestamp = None if made_at is None else made_at.astimezone(UTC).replace(microsecond=0)
    source = source if made_at else UNDATED + source
    made = _compiled(input=source, format="pdf", sys_inputs=inputs, timestamp=timestamp, pdf_tags=tagged)
    if not isinstance(made, bytes):
        raise PaperError(_("Mẫu văn bản không cho ra trang nào."))
    pages = made.count(b"/Type /Page\n") or made.count(b"/Type/Page/") or 1
    if pages > MOST_PAGES:
        raise PaperError(
            _("Văn bản dài quá %(pages)s trang. Hãy chuyển bớt nội dung vào tệp đính kèm.")
            % {"pages": MOST_PAGES}
        )
    return made


def _drawn(source: bytes, inputs: dict[str, str], dots: int) -> tuple[bytes, ...]:
    made = _compiled(input=source, format="png", sys_inputs=inputs, ppi=float(dots))
    return (made,) if isinstance(made, bytes) else tuple(made)


def _compiled(**asked: Any) -> Any:
    try:
        return _compiler().compile(**asked)
    except typst.TypstError as error:
        raise PaperError(
            _("Không in được văn bản theo mẫu này. Hãy báo người quản trị mẫu."), reason=error.message
        ) from error
