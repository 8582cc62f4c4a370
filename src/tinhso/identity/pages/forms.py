"""Forms of signing in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.ui.api import DateField


class PasswordForm(forms.Form):
    """Login and password of an officer."""

    login = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=100,
        error_messages={"required": _("Hãy nhập tên đăng nhập.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "govuk-input--width-20",
            }
        ),
    )
    password = forms.CharField(
        label=_("Mật khẩu"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Hãy nhập mật khẩu.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The six digits of an authenticator."""

    code = forms.CharField(
        label=_("Mã 6 chữ số"),
        max_length=12,
        help_text=_("Mở ứng dụng xác thực trên điện thoại để xem mã."),
        error_messages={"required": _("Hãy nhập mã 6 chữ số.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "govuk-input--width-10"}
        ),
    )


class InspectionForm(forms.Form):
    """A decision by which an inspector reads one agency's dossiers for a time."""

    login = forms.CharField(label=_("Tên đăng nhập của thanh tra viên"), max_length=100)
    agency = forms.CharField(
        label=_("Mã cơ quan được thanh tra"), max_length=60, help_text=_("Ví dụ: ubnd-30742.")
    )
    decision = forms.CharField(label=_("Số quyết định"), max_length=100, help_text=_("Ví dụ: 12/QĐ-TTr."))
    about = forms.CharField(label=_("Nội dung thanh tra"), max_length=300, required=False)
    valid_from = DateField(label=_("Từ ngày"))
    valid_to = DateField(label=_("Đến trước ngày"))
