"""How an officer likes the desk, and the card of keys."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.foundation import access, text
from tinhso.ui.api import Preferences, keep_preferences, preferences

KEYS = (
    ("Home, End", gettext_noop("Đầu, cuối danh sách; mũi tên lên xuống để đi từng dòng")),
    ("Enter", gettext_noop("Mở hồ sơ")),
    ("Esc", gettext_noop("Về danh sách")),
    ("X", gettext_noop("Chọn dòng; Shift và mũi tên xuống chọn một dãy")),
    ("Space", gettext_noop("Xem nhanh hồ sơ, không rời danh sách")),
    ("L", gettext_noop("Mở trang lọc")),
    ("V", gettext_noop("Xem danh sách và hồ sơ hai bên, hoặc thôi")),
    ("N", gettext_noop("Hồ sơ sau")),
    ("Shift+N", gettext_noop("Hồ sơ trước")),
    ("/", gettext_noop("Tìm hồ sơ")),
    ("1 – 9", gettext_noop("Mở danh mục việc mang số ấy")),
    ("T", gettext_noop("Tiếp nhận; trả kết quả")),
    ("B", gettext_noop("Yêu cầu bổ sung")),
    ("C", gettext_noop("Chuyển đơn vị")),
    ("P", gettext_noop("Phân công")),
    ("K", gettext_noop("Dự thảo trình ký; ký; đóng dấu")),
    ("R", gettext_noop("Từ chối; trả lại dự thảo")),
    ("G", gettext_noop("Ghi chú")),
    ("M", gettext_noop("Nhắn người dân")),
    ("H", gettext_noop("Hoàn tác việc vừa làm, trong 30 giây")),
    ("Q", gettext_noop("In mẫu 01 hoặc 03")),
    ("Ctrl+Enter", gettext_noop("Xác nhận biểu mẫu đang mở")),
    ("Ctrl+K", gettext_noop("Tìm việc, hồ sơ, người nộp, thủ tục bằng một ô")),
    ("?", gettext_noop("Mở thẻ phím tắt này")),
)


class PreferencesForm(forms.Form):
    """Theme, size, keys, and what opens after an act."""

    theme = forms.ChoiceField(
        label=gettext_lazy("Nền"),
        choices=[("light", gettext_lazy("Sáng")), ("dark", gettext_lazy("Tối"))],
        widget=forms.RadioSelect,
    )
    size = forms.ChoiceField(
        label=gettext_lazy("Cỡ chữ"),
        choices=[("s", gettext_lazy("Nhỏ")), ("m", gettext_lazy("Vừa")), ("l", gettext_lazy("Lớn"))],
        widget=forms.RadioSelect,
    )
    keys = forms.ChoiceField(
        label=gettext_lazy("Phím tắt một chữ"),
        choices=[("on", gettext_lazy("Bật")), ("off", gettext_lazy("Tắt"))],
        widget=forms.RadioSelect,
    )
    next_opens = forms.ChoiceField(
        label=gettext_lazy("Sau mỗi việc"),
        choices=[
            ("next", gettext_lazy("Mở hồ sơ tiếp theo của danh sách")),
            ("stay", gettext_lazy("Ở lại hồ sơ vừa làm")),
        ],
        widget=forms.RadioSelect,
    )


@never_cache
@access.officer()
@require_http_methods(["GET", "HEAD", "POST"])
def chosen(request: HttpRequest) -> HttpResponse:
    """Show the officer's preferences, or keep new ones: theirs on whichever computer they sit at."""
    have = preferences(request)
    initial = {
        "theme": have.theme,
        "size": have.size,
        "keys": "on" if have.keys else "off",
        "next_opens": "next" if have.next_opens else "stay",
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        answer = HttpResponseRedirect("/can-bo/tuy-chon/?xong=1")
        keep_preferences(
            request,
            answer,
            Preferences(
                theme=given["theme"],
                size=given["size"],
                keys=given["keys"] == "on",
                next_opens=given["next_opens"] == "next",
            ),
        )
        return answer
    facts = {
        "title": _("Tùy chọn của bàn làm việc"),
        "form": form,
        "errors": bool(form.errors),
        "done": _("Đã lưu cho anh/chị, trên mọi máy.") if request.GET.get("xong") else "",
    }
    return render(request, "desk/preferences.html", facts, status=422 if form.errors else 200)


@access.officer()
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, narrowed by a word typed with or without marks; prints as a card."""
    q = text.normal(request.GET.get("q", ""))[:100]
    words = text.fold(q).split()
    listed = [(key, _(meaning)) for key, meaning in KEYS]
    found = [(key, meaning) for key, meaning in listed if _holds(key, meaning, words)]
    facts = {"title": _("Phím tắt"), "listed": found, "q": q, "on": preferences(request).keys}
    return render(request, "desk/keys.html", facts)


def _holds(key: str, meaning: str, words: list[str]) -> bool:
    """Whether a line holds every word; a single letter asks for the key itself."""
    if len(words) == 1 and len(words[0]) == 1:
        return words[0].upper() in key.upper().replace(",", " ").split()
    return all(word in text.fold(f"{key} {meaning}") for word in words)
