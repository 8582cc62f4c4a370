"""Tables of digitising, and the constraints that keep them true."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.digitising.contracts import ArrivalState, ScanState, TextState, Way
from tinhso.foundation.ids import new_id

SHA256 = r"^[0-9a-f]{64}$"


class Arrival(models.Model):
    """A file in a scanner's folder, from its first sight until it has left the folder.

    `path` is below the folder of scanners; a file that stands still is moved aside under the row's id
    (`claimed`), so that the scanner's next file of the same name is another. `size`, `modified_ns`: what the
    file system said when it was `seen_at` first so.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    path = models.TextField()
    size = models.BigIntegerField()
    modified_ns = models.BigIntegerField()
    seen_at = models.DateTimeField()
    claimed = models.BooleanField(default=False)
    state = models.TextField(
        choices=[(state.value, state.value) for state in ArrivalState], default=ArrivalState.WAITING.value
    )
    fault = models.TextField(default="", blank=True)
    sha256 = models.TextField(default="", blank=True)

    class Meta:
        app_label = "digitising"
        constraints = [
            models.UniqueConstraint(
                fields=["path"], condition=Q(claimed=False), name="arrival_one_by_its_path"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ArrivalState]), name="arrival_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state="faulty") & ~Q(fault="") | ~Q(state="faulty"),
                name="arrival_fault_in_words",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(claimed=True), name="arrival_judged_once_claimed"
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(sha256__regex=SHA256), name="arrival_taken_with_its_hash"
            ),
            models.CheckConstraint(condition=Q(size__gte=0) & ~Q(path=""), name="arrival_of_a_file"),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="arrival_of_unit")]

    def __str__(self) -> str:
        return self.path


class Scan(models.Model):
    """Scanned pages of one paper: in the office's tray until attached to a dossier, or dropped with a reason.

    `pages` lists `[source, page, turn]`; `file_id` is the PDF/A made of them; `texts` what was read, by
    source and page, `sought` the same folded for the search.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    way = models.TextField(choices=[(way.value, way.value) for way in Way])
    place = models.TextField(default="", blank=True)
    name = models.TextField()
    state = models.TextField(
        choices=[(state.value, state.value) for state in ScanState], default=ScanState.TRAY.value
    )
    received_at = models.DateTimeField()
    received_by = models.TextField()
    arrival = models.UUIDField(null=True)
    part = models.PositiveSmallIntegerField(default=0)
    dossier = models.ForeignKey("dossiers.Dossier", null=True, on_delete=models.PROTECT, related_name="+")
    paper = models.TextField(default="", blank=True)
    pages = models.JSONField()
    file_id = models.UUIDField(null=True)
    sha256 = models.TextField(default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="", blank=True)
    because = models.TextField(default="", blank=True)
    text_state = models.TextField(
        choices=[(state.value, state.value) for state in TextState], default=TextState.WAITING.value
    )
    texts = models.JSONField(default=list)
    sought = models.TextField(default="", blank=True)

    class Meta:
        app_label = "digitising"
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=[way.value for way in Way])
                & Q(state__in=[state.value for state in ScanState])
                & Q(text_state__in=[state.value for state in TextState]),
                name="scan_known_words",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(pages=[]), name="scan_has_name_and_pages"),
            models.CheckConstraint(
                condition=Q(paper="") | Q(dossier__isnull=False), name="scan_paper_of_a_dossier"
            ),
            models.CheckConstraint(
                condition=Q(state="tray", ended_at=None, ended_by="", because="", file_id=None, sha256="")
                | (
                    Q(state="attached", dossier__isnull=False, ended_at__isnull=False, because="")
                    & Q(file_id__isnull=False, sha256__regex=SHA256)
                    & ~Q(paper="")
                    & ~Q(ended_by="")
                )
                | (
                    Q(state="dropped", file_id=None, sha256="", ended_at__isnull=False)
                    & ~Q(because="")
                    & ~Q(ended_by="")
                ),
                name="scan_ends_in_one_way",
            ),
            models.UniqueConstraint(
                fields=["arrival", "part"],
                condition=Q(arrival__isnull=False),
                name="scan_once_of_a_file",
            ),
            models.CheckConstraint(
                condition=Q(way="folder", arrival__isnull=False) | Q(way="upload", arrival=None),
                name="scan_of_folder_has_its_file",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], condition=Q(state="tray"), name="scan_in_tray"),
            models.Index(
                fields=["dossier", "-id"], condition=Q(dossier__isnull=False), name="scan_of_dossier"
            ),
            models.Index(fields=["unit", "-ended_at"], condition=Q(state="attached"), name="scan_attached"),
        ]

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """One file of a scan as it came, kept by its hash; `place` counts from 0."""

    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="sources")
    place = models.PositiveSmallIntegerField()
    file_id = models.UUIDField()
    sha256 = models.TextField()
    name = models.TextField()

    class Meta:
        app_label = "digitising"
        constraints = [
            models.UniqueConstraint(fields=["scan", "place"], name="source_one_by_place"),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="source_sha256_whole"),
        ]

    def __str__(self) -> str:
        return self.name
