"""The dossier with everything in view: answers beside the papers, process, history, notes, messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers import lifecycle, marks, promises
from tinhso.dossiers.contracts import DossierView, PaperForm, PaperView, Via
from tinhso.dossiers.models import Dossier, Letter
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.pages.desk import answers, offers, owed, passing, rebasing, waits
from tinhso.dossiers.pages.desk.filers import filer_line
from tinhso.dossiers.pages.desk.lines import line, said
from tinhso.dossiers.pages.desk.pieces import papers_piece
from tinhso.dossiers.pages.desk.visiting import LIST, Came, came_from, visit
from tinhso.dossiers.pages.printable import printable
from tinhso.dossiers.permissions import ACTS
from tinhso.dossiers.queries import desks, letters, presence, process, unsent
from tinhso.dossiers.queries import opinions as asked
from tinhso.dossiers.queries import passing as passage
from tinhso.dossiers.queries.delivery import arrived_in, deliveries
from tinhso.dossiers.queries.extending import extensions
from tinhso.dossiers.queries.handing import hand_overs
from tinhso.dossiers.queries.issued import standing_of
from tinhso.dossiers.queries.originals import originals, returns
from tinhso.dossiers.queries.reading import coded, looked_at
from tinhso.dossiers.queries.undoing import undoable
from tinhso.dossiers.visibility import Sight
from tinhso.forms import api as forms
from tinhso.foundation import access, files, moments
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.notify import api as notify
from tinhso.procedures import api as procedures
from tinhso.vault import api as vault

REASONS = (
    gettext_noop("Ảnh mờ, không đọc được."),
    gettext_noop("Thiếu trang hoặc bị cắt góc."),
    gettext_noop("Không thấy dấu đỏ hoặc chữ ký."),
    gettext_noop("Giấy tờ đã hết hạn."),
    gettext_noop("Không phải giấy tờ được yêu cầu."),
    gettext_noop("Thông tin không khớp với tờ khai."),
    gettext_noop("Cần bản chính để đối chiếu."),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as the viewer shows it: where its file is and what kind it is."""

    view: PaperView
    url: str
    kind: str
    counts: str
    reused: str = ""
    standing: str = ""
    hue: str = ""
    signatures: str = ""
    changed: bool = False


@never_cache
@access.officer("dossiers.open")
@require_safe
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier. Leaves a trace that its owner reads."""
    actor, at = visit(request)
    dossier = coded(code)
    dossier_id = dossier.id
    view = looked_at(dossier, by=actor, at=at, purpose=_("Giải quyết hồ sơ"), least=Sight.STATUS)
    came = came_from(request)
    facts = around(view, actor=actor, at=at, came=came)
    if not view.whole:
        facts |= {
            "done": offers.said(request.GET.get("xong", ""), request.GET.get("ma", "")),
            "history": _history(view, at=at),
            "emergency": f"{LIST}{code}/mo-khan/"
            if identity.somewhere(actor, "identity.open_in_emergency", at)
            else "",
        }
        return render(request, "dossiers/desk/status.html", facts)
    later, back = extensions(dossier_id), returns(dossier_id)
    written = letters.of_dossier(dossier_id)
    went_over = any(line.act == "rebase" for line in view.history)
    changed = rebasing.changed(dossier, at=at) if went_over else None
    marked = changed["marked"] if changed and changed["fresh"] else frozenset()
    facts |= {
        **after_act(request, actor=actor, at=at),
        "filer": filer_line(view),
        "answers": _answers(view, at=at, marked=marked),
        "changed": changed,
        "waiting": next((in_words(one.answer_by) for one in view.supplements if not one.answered_at), ""),
        "papers": papers(view, marked=marked),
        "papers_piece": papers_piece()(view) if papers_piece.answered else "",
        "old_papers": [paper for paper in view.papers if not paper.current],
        "bundle": answers.bundled(dossier_id),
        "opinions": answers.drawn(asked.of_dossier(dossier_id), at=at),
        "post": deliveries([dossier_id]).get(dossier_id) if marks.POSTED in view.row.flags else None,
        "arrived_in": arrived_in(dossier_id) if view.row.via is Via.POST else "",
        "way": passing.drawn(passage.way(dossier, at=at)),
        **_process(dossier, at=at),
        "waits": waits.told(dossier),
        "prints": printable(view, later=later, back=back, letters=letters.sent(written), root=LIST),
        "handed": hand_overs(dossier_id),
        **owed.told(dossier, actor=actor, at=at),
        "originals": originals(dossier_id),
        "returns": back,
        "stands": standing_of(view.result),
        "extensions": later,
        "history": _history(view, at=at),
        "notes": [
            {
                "title": _("%(author)s (đã thu lại)") % {"author": n.author} if n.withdrawn else n.author,
                "when": said(n.at, at=at),
                "at": n.at,
                "text": n.text,
            }
            for n in view.notes
        ],
        "messages": [*_letters(written, at=at), *_messages(dossier_id, at=at)],
        "unsent": _unsent(view, actor=actor, at=at),
        "others": presence.seen(dossier_id, by=actor, at=at),
        "can_judge": "judge_paper" in facts["acts"],
        "reasons": [_(reason) for reason in REASONS],
    }
    return render(request, "dossiers/desk/screen.html", facts)


def _process(dossier: Dossier, *, at: datetime) -> dict[str, Any]:
    """The steps with their own deadlines, and how the promise stands."""
    drawn = process.drawn(dossier.id)
    promised = promises.explained(dossier, at=at, steps=drawn)
    due = promised.steps if promised else {}
    return {
        "promised": promised,
        "steps": [
            {**step, "due": in_words(due[step["step"]]) if step["step"] in due else ""}
            for step in process.steps(dossier, drawn)
        ],
    }


def after_act(request: HttpRequest, *, actor: ActorRef, at: datetime) -> dict[str, Any]:
    """The line of success named by the address, and what of it can be taken back."""
    slug, code = request.GET.get("xong", ""), request.GET.get("ma", "")
    done = offers.said(slug, code)
    take_back = undoable(code, officer=actor.id, at=at) if done and slug != offers.UNDONE else None
    return {"done": done, "undo": take_back}


def around(view: DossierView, *, actor: ActorRef, at: datetime, came: Came) -> dict[str, Any]:
    """What stands around every page of a dossier: identity bar, acts, neighbours in the list."""
    row = view.row
    acts = desks.offered(row.id, by=actor, at=at, seen=view.sight)
    before, after = beside(came, actor, row.id, at)
    return {
        "title": _("%(name)s, %(code)s") % {"name": row.applicant_name, "code": row.code},
        "view": view,
        "row": row,
        "line": line(row, at=at),
        "status": marks.status_words(row.status, row.flags),
        "due": in_words(row.due_at) if row.finished_at is None else "",
        "acts": acts,
        "offers": offers.shown(acts),
        "own_first": bool(acts) and acts[0] in {**lifecycle.STEP_BOUND, **lifecycle.STEP_ASKS},
        "came": came,
        "before": before,
        "after": after,
    }


def beside(came: Came, actor: ActorRef, dossier_id: UUID, at: datetime) -> tuple[str, str]:
    """The codes before and after in the list they came from; none for who handles no dossiers."""
    if not identity.somewhere(actor, "dossiers.list", at):
        return "", ""
    return came.beside(desks.desk_of(actor, at), dossier_id, at)


def papers(view: DossierView, *, marked: frozenset[str] = frozenset()) -> list[Paper]:
    """The papers that count now, each with the address of its file; of those reused, source and standing.

    `marked` are keys of what a change of version changed.
    """
    stored = files.describe([paper.file_id for paper in view.papers if paper.file_id])
    documents = vault.by_ids(paper.document for paper in view.papers if paper.document and paper.current)
    return [
        Paper(
            view=paper,
            url=f"{LIST}{view.row.code}/giay/{paper.id}/" if paper.file_id else "",
            kind=_kind(stored.get(paper.file_id)) if paper.file_id else "",
            counts=_counts(paper),
            changed=f"papers.{paper.code}" in marked,
            **_reuse(view, paper, documents),
        )
        for paper in view.papers
        if paper.current
    ]


def _reuse(
    view: DossierView, paper: PaperView, documents: Mapping[UUID, vault.DocumentView]
) -> dict[str, str]:
    """Where a reused paper comes from, whether it still holds, and where its signatures are told."""
    if paper.document is None:
        return {}
    document = documents.get(paper.document)
    if document is None:
        return {"reused": _("Lấy từ kho giấy tờ"), "standing": _("Chủ đã bỏ khỏi kho"), "hue": "grey"}
    state = document.state(today(moments.now()))
    return {
        "reused": _("Lấy từ kho giấy tờ: %(source)s") % {"source": document.source.label},
        "standing": state.label,
        "hue": "green" if state is vault.State.VALID else "red",
        "signatures": f"{LIST}{view.row.code}/giay/{paper.id}/chu-ky/",
    }


def _kind(stored: files.StoredFile | None) -> str:
    if stored is None:
        return "lost"
    if stored.media_type.startswith("image/"):
        return "image"
    return "pdf" if stored.media_type == "application/pdf" else "file"


def _counts(paper: PaperView) -> str:
    if paper.form is PaperForm.ELECTRONIC:
        return _("bản điện tử")
    said_counts = []
    if paper.originals:
        said_counts.append(
            ngettext("%(n)d bản chính", "%(n)d bản chính", paper.originals) % {"n": paper.originals}
        )
    if paper.copies:
        said_counts.append(ngettext("%(n)d bản sao", "%(n)d bản sao", paper.copies) % {"n": paper.copies})
    return ", ".join(said_counts) or _("bản giấy")


def _answers(
    view: DossierView, *, at: datetime, marked: frozenset[str]
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The answers in the form's own order, by part, and whether each is `marked` as changed; questions left
    open are not shown."""
    version = procedures.version(view.procedure_version)
    if version.form_version_id is None:
        return []
    parts: dict[str, list[tuple[str, str, bool]]] = {}
    for answer in forms.summary(version.form_version_id, view.answers, at=at):
        if answer.answered:
            new = any(answer.path == key or answer.path.startswith(f"{key}.") for key in marked)
            parts.setdefault(answer.part_title, []).append((answer.label, answer.shown, new))
    return list(parts.items())


def _history(view: DossierView, *, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "title": _(ACTS[entry.act]) if entry.act in ACTS else entry.act,
            "when": said(entry.at, at=at),
            "at": entry.at,
            "by": entry.actor,
            "text": entry.note,
        }
        for entry in view.history
    ]


def _letters(written: Iterable[Letter], *, at: datetime) -> list[dict[str, Any]]:
    """Letters that have not left: on their way, or taken back."""
    return [
        {
            "subject": _("Tin của %(author)s") % {"author": letter.author_name},
            "body": letter.text,
            "when": said(letter.at, at=at),
            "ways": [
                {
                    "channel": _("chưa gửi"),
                    "colour": "grey" if letter.withdrawn_at else "amber",
                    "state": _("đã thu lại") if letter.withdrawn_at else _("chờ gửi"),
                    "moment": said(letter.withdrawn_at or letter.leaves_at, at=at),
                }
            ],
        }
        for letter in written
        if letter.sent_at is None
    ]


def _unsent(view: DossierView, *, actor: ActorRef, at: datetime) -> list[dict[str, Any]]:
    """The officer's forms of this dossier begun and not sent."""
    if actor.id is None:
        return []
    return [
        {"slug": one.slug, "text": offers.BY_SLUG[one.slug].label, "when": said(one.saved_at, at=at)}
        for one in unsent.unsent(actor.id, dossier=view.row.id)
        if one.slug in offers.BY_SLUG
    ]


def _messages(dossier_id: UUID, *, at: datetime) -> list[dict[str, Any]]:
    """What the applicant was told, each with the ways it went and how far it came on each."""
    told: dict[UUID, dict[str, Any]] = {}
    for message in notify.about(kind="dossier", subject_id=dossier_id):
        if message.link.startswith("/can-bo/"):
            continue
        row = told.setdefault(
            message.notice,
            {
                "subject": message.subject,
                "body": message.body,
                "when": said(message.written_at, at=at),
                "ways": [],
            },
        )
        row["ways"].append(
            {
                "channel": message.channel.label,
                "colour": message.state.colour,
                "state": _("chờ gửi %(when)s") % {"when": said(message.leaves_at, at=at)}
                if message.state is notify.State.QUEUED and message.leaves_at > at
                else message.state.label,
                "moment": said(message.delivered_at or message.sent_at or message.leaves_at, at=at),
                "error": message.error,
            }
        )
    return list(told.values())
