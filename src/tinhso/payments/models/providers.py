"""How those who take money for us stand."""

from __future__ import annotations

from django.db import models


class Provider(models.Model):
    """One of them: left alone until `open_until` after `failures` in a row; `alarmed_at` is when
    administrators were last told that its notices are forged."""

    name = models.TextField(primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "payments"

    def __str__(self) -> str:
        return self.name
