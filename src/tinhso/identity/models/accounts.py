"""Accounts: what somebody signs in with."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from tinhso.foundation.ids import new_id
from tinhso.identity.contracts import AccountKind


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by login."""


class Account(AbstractBaseUser):
    """The account of an officer (password and second factor) or a person (national e-ID only)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.TextField(choices=[(kind.value, kind.name) for kind in AccountKind])
    login = models.TextField(unique=True, null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = Accounts()

    USERNAME_FIELD = "login"

    class Meta:
        app_label = "identity"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AccountKind.OFFICER, login__isnull=False)
                | Q(kind=AccountKind.PERSON, login__isnull=True),
                name="account_only_officers_have_logins",
            ),
            models.CheckConstraint(
                condition=Q(login__isnull=True) | Q(login=Lower(F("login"))),
                name="account_login_is_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.OFFICER) | Q(password__startswith="!"),  # noqa: S106 - the mark of none
                name="account_persons_have_no_password",
            ),
        ]
