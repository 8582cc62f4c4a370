"""The first factor of officers."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.identity.contracts import AccountKind, SignInRefused
from tinhso.identity.models import Account
from tinhso.identity.signin import attempts

_NOBODY = make_password("nobody has this password")


def verify(request: HttpRequest, *, login: str, password: str, at: datetime) -> Account:
    """The officer's account with that login and password. Raises SignInRefused, TooManyAttempts.

    An unknown login takes as long as a wrong password and says the same.
    """
    login = login.strip().lower()
    account = Account.objects.filter(login=login, kind=AccountKind.OFFICER).first()
    account_id = account.id if account else None
    attempts.check(request, login, account_id, at)
    right = check_password(password, account.password if account else _NOBODY)
    if not right or account is None:
        attempts.failed(request, login, account_id, at)
        raise SignInRefused(_("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy nhập lại."))
    if not account.is_active:
        raise SignInRefused(_("Tài khoản này đã khóa. Hãy hỏi người quản trị đơn vị."))
    return account
