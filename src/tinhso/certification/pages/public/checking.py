"""Anyone checks a paper: by the square code on it, or by the file. No account, nothing kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.certification.contracts import Shown, Standing, TooManyChecks
from tinhso.certification.operations.preparing import spelled
from tinhso.certification.pages.public.words import HUES, SENTENCES, VERDICTS, document_facts, facts
from tinhso.certification.queries.checking import CODE, Checked, check_file, count
from tinhso.certification.queries.copies import shown
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files.forms import DROPPED

FIELD, ROOT = "tep", "/kiem-tra/"
LONGEST_CODE = 40


@never_cache
@access.anyone(
    reason="whoever is handed a paper must be able to check it; nothing is kept, checks are limited"
)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The two ways to check: a code typed in, or a file."""
    typed = request.GET.get("ma", "").strip()[:LONGEST_CODE]
    if typed:
        plain = "".join(letter for letter in typed.upper() if letter.isalnum() and letter.isascii())
        return HttpResponseRedirect(f"{ROOT}{plain}/" if plain else ROOT)
    if request.method != "POST":
        return _asked(request, {})
    return _answered(request, at=moments.now(), of=None)


@never_cache
@access.anyone(
    reason="the square code on a certified copy leads here; no person is named, guesses are limited"
)
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the copy with this code, and whether a file is that copy."""
    at = moments.now()
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        count(CODE, address=address, at=at, dry=True)
    except TooManyChecks as fault:
        return _asked(request, {"ma": fault.message}, status=fault.status)
    found = shown(code[:LONGEST_CODE])
    if found is None:
        count(CODE, address=address, at=at)
        facts_ = {
            "title": VERDICTS[Standing.UNKNOWN],
            "verdict": VERDICTS[Standing.UNKNOWN],
            "hue": HUES[Standing.UNKNOWN],
            "sentences": [
                _("Không có bản sao chứng thực nào mang mã này. Hãy xem lại mã, hoặc kiểm tra bằng tệp.")
            ],
        }
        return _sent(request, "check_answer", facts_, status=404)
    if request.method == "POST":
        return _answered(request, at=at, of=found)
    standing = Standing.REVOKED if found.revoked_at else Standing.VALID
    return _sent(request, "check_answer", _of_copy(found, standing) | {"compare": request.path})


def _of_copy(found: Shown, standing: Standing) -> dict[str, Any]:
    return {
        "title": found.title,
        "copy": found,
        "verdict": VERDICTS[standing],
        "hue": HUES[standing],
        "sentences": [SENTENCES[standing]],
        "facts": facts(found, code=spelled(found.code)),
    }


def _answered(request: HttpRequest, *, at: datetime, of: Shown | None) -> HttpResponse:
    """The verdict on the file that was sent; `of` is the copy it is held against."""
    given = request.FILES.get(FIELD)
    dropped = request.META.get(DROPPED, {}).get(FIELD, ())
    if given is None:
        fault = " ".join(dropped) or _("Hãy chọn tệp cần kiểm tra.")
        return _refused(request, of, fault, status=422)
    try:
        checked = check_file(given.read(), address=str(request.META.get("REMOTE_ADDR", "")), at=at)
    except (Invalid, TooManyChecks) as refused:
        return _refused(request, of, refused.message, status=refused.status)
    if of is not None and (checked.copy is None or checked.copy.code != of.code):
        return _sent(request, "check_answer", _another(of, checked) | {"compare": request.path})
    return _sent(request, "check_answer", _told(checked))


def _refused(request: HttpRequest, of: Shown | None, fault: str, *, status: int) -> HttpResponse:
    if of is None:
        return _asked(request, {FIELD: fault}, status=status)
    standing = Standing.REVOKED if of.revoked_at else Standing.VALID
    page = _of_copy(of, standing) | {"compare": request.path, "faults": {FIELD: fault}, "errors": True}
    return _sent(request, "check_answer", page, status=status)


def _another(of: Shown, checked: Checked) -> dict[str, Any]:
    """The file is not the copy that the code names: altered since, or another paper altogether."""
    return {
        "title": VERDICTS[Standing.ALTERED],
        "verdict": VERDICTS[Standing.ALTERED],
        "hue": HUES[Standing.ALTERED],
        "sentences": [
            _("Tệp này không phải tệp đã chứng thực với mã %(code)s: đã bị sửa, hoặc là giấy tờ khác.")
            % {"code": spelled(of.code)},
            _("Đừng nhận tệp này. Hãy xin lại tệp từ kho giấy tờ của người giữ bản sao."),
        ],
        "facts": facts(of, code=spelled(of.code)),
        "report": checked.report,
    }


def _told(checked: Checked) -> dict[str, Any]:
    page: dict[str, Any] = {
        "title": VERDICTS[checked.standing],
        "verdict": VERDICTS[checked.standing],
        "hue": HUES[checked.standing],
        "sentences": [SENTENCES[checked.standing]],
        "report": checked.report,
    }
    if checked.copy is not None:
        page |= {"title": checked.copy.title, "facts": facts(checked.copy, code=spelled(checked.copy.code))}
    elif checked.document is not None:
        page |= {"title": checked.document.title, "facts": document_facts(checked.document)}
    return page


def _asked(request: HttpRequest, faults: dict[str, str], *, status: int = 200) -> HttpResponse:
    page = {
        "title": _("Kiểm tra giấy tờ"),
        "faults": faults,
        "errors": bool(faults),
        "links": list(faults.items()),
    }
    return _sent(request, "check", page, status=status)


def _sent(request: HttpRequest, template: str, page: dict[str, Any], *, status: int = 200) -> HttpResponse:
    answer = render(request, f"certification/public/{template}.html", page, status=status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
