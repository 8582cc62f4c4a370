"""The trace of uses, which the owner reads."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.ids import new_id
from tinhso.vault.contracts import UseKind

KINDS = [kind.value for kind in UseKind]


class Use(models.Model):
    """One use of one document, or one look at the list of a vault; never changed.

    `title` is the document's at that time, so that the trace outlives an upload that its owner removed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.UUIDField()
    document = models.ForeignKey("vault.Document", null=True, on_delete=models.SET_NULL, related_name="+")
    share = models.ForeignKey("vault.Share", null=True, on_delete=models.SET_NULL, related_name="+")
    title = models.TextField()
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    at = models.DateTimeField()
    who = models.TextField()
    unit = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    address = models.TextField(default="", blank=True)

    class Meta:
        app_label = "vault"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="vault_use_known"),
            models.CheckConstraint(condition=~Q(who="") & ~Q(why=""), name="vault_use_says_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["owner_id", "-id"], name="vault_use_of_owner"),
            models.Index(fields=["document", "-id"], name="vault_use_of_document"),
            models.Index(fields=["share"], name="vault_use_of_share"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.kind}"
