"""Dossiers of the demo's last months, most of them over, so that reports of closed periods have figures."""

from __future__ import annotations

from datetime import datetime, timedelta

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Applicant, PaperForm, PaperGiven, Via
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import endings, intake
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures

DAY = timedelta(days=1)
NAMES = (
    "Lâm Thị Mỹ Hạnh",
    "Danh Hoàng Sơn",
    "Tạ Quốc Việt",
    "Trịnh Thị Bé Ba",
    "Kim Sa Rươl",
    "Đoàn Văn Bảy",
)
VIAS = (Via.ONLINE, Via.COUNTER, Via.ONLINE, Via.POST)
PER_AGENCY = 14
FIRST, APART, LEFT = 74 * DAY, 4 * DAY, 2
"""Sent from 74 days ago on, every four days; the last two are left unfinished, and late by now."""


def bring(code: str, offered: list[procedures.VersionView], *, at: datetime) -> None:
    """The dossiers of one agency. Safe to repeat: keys are fixed."""
    agency = directory.agency(code, today(at)).id
    if not offered or Dossier.objects.filter(agency_id=agency, applicant_name=NAMES[0]).exists():
        return
    for number in range(PER_AGENCY):
        version = offered[number % len(offered)]
        sent_at = at - FIRST + number * APART
        filed = submit(
            Submission(
                version_id=version.id,
                agency_id=agency,
                applicant=Applicant(name=NAMES[number % len(NAMES)], phone="0912000000"),
                answers={},
                papers=tuple(
                    PaperGiven(code=paper.code, form=PaperForm.ORIGINAL, originals=max(1, paper.originals))
                    for paper in version.papers
                    if paper.required and not paper.case
                ),
                via=VIAS[number % len(VIAS)],
                key=f"demo-truoc-{code}-{number}",
            ),
            by=SYSTEM,
            at=sent_at,
        )
        intake.accept(dossier_id=filed.id, by=SYSTEM, at=sent_at + timedelta(hours=2))
        if number < PER_AGENCY - LEFT:
            over = sent_at + (12 if number % 5 == 4 else 1) * DAY
            if number % 3:
                endings.withdraw(dossier_id=filed.id, reason="Người dân xin rút.", by=SYSTEM, at=over)
            else:
                endings.stop(
                    dossier_id=filed.id,
                    reason="Không đủ điều kiện giải quyết.",
                    ground="Điều 19 NĐ 118/2025/NĐ-CP",
                    by=SYSTEM,
                    at=over,
                )
