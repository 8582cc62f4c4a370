"""Blocks of questions: the list, one with its versions and uses, making one from a section of a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import fold
from tinhso.identity import api as identity
from tinhso.studio.contracts import BlockView, PartName
from tinhso.studio.operations import blocks as making
from tinhso.studio.pages.visiting import HOME, address, visit
from tinhso.studio.queries import blocks as reading
from tinhso.studio.queries import drafts
from tinhso.studio.using import Section, differences, sections

BLOCKS = f"{HOME}khoi/"


class Making(forms.Form):
    """A block to be made from a section: a new one, or the next version of one there is."""

    section = forms.ChoiceField(
        label=gettext_lazy("Nhóm câu hỏi nào"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn một nhóm câu hỏi.")},
    )
    block = forms.ChoiceField(
        label=gettext_lazy("Lưu thành"),
        required=False,
        help_text=gettext_lazy("Chọn một khối đang có để ra phiên bản mới của khối ấy."),
    )
    title = forms.CharField(
        label=gettext_lazy("Tên khối"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Ví dụ: Người được uỷ quyền. Khối đang có thì để trống để giữ tên cũ."),
    )

    def __init__(self, *given: Any, found: Sequence[Section], there: Sequence[BlockView]) -> None:
        super().__init__(*given)
        self._titles = {one.code: one.title for one in there}
        paths = [(one.path, str(one.field.get("label") or one.path)) for one in found]
        self.fields["section"].choices = paths  # type: ignore[attr-defined]
        new = ("", _("Khối mới"))
        self.fields["block"].choices = [new, *self._titles.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """`code` and `title` of the block to publish."""
        given = super().clean() or {}
        code, title = given.get("block", ""), given.get("title", "")
        if not code and not title:
            self.add_error("title", _("Hãy đặt tên khối, ví dụ: Người được uỷ quyền."))
        elif not code and _code(title) in self._titles:
            self.add_error("title", _("Đã có khối tên này. Hãy chọn khối ấy ở trên, hoặc đặt tên khác."))
        return {**given, "code": code or _code(title), "title": title or self._titles.get(code, "")}


class Editing(forms.Form):
    """The questions of a block as they are kept, for who writes software."""

    title = forms.CharField(label=gettext_lazy("Tên khối"), max_length=120)
    fields_json = forms.CharField(
        label=gettext_lazy("Các câu hỏi, viết như trong tệp tờ khai"),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )

    def clean_fields_json(self) -> list[dict[str, Any]]:
        """The questions, read from the text."""
        try:
            fields = orjson.loads(self.cleaned_data["fields_json"])
        except orjson.JSONDecodeError:
            sentence = _("Chưa đọc được chữ này. Hãy xem lại dấu ngoặc, dấu phẩy.")
            raise forms.ValidationError(sentence) from None
        if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
            raise forms.ValidationError(_("Các câu hỏi là một danh sách: bắt đầu bằng [ và kết thúc bằng ]."))
        return fields


def _actor(request: HttpRequest) -> ActorRef:
    actor = identity.actor_of(request)
    identity.require(actor, "studio.write", None, moments.now())
    return actor


@never_cache
@access.officer("studio.write")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All blocks, and the open drafts from whose forms one can be made."""
    _actor(request)
    facts = {
        "title": _("Khối câu hỏi dùng chung"),
        "blocks": [
            {
                "href": f"{BLOCKS}{one.code}/",
                "block": one,
                "asks": ", ".join(str(field.get("label", "")) for field in one.fields),
            }
            for one in reading.blocks()
        ],
        "drafts": [
            {"href": f"{address(line.id, PartName.FORM)}khoi/", "title": line.title, "code": line.code}
            for line in drafts.open_drafts(limit=20)
        ],
    }
    return render(request, "studio/blocks.html", facts)


@never_cache
@access.officer("studio.write")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """A block: its questions, its versions with what each changed, its older uses. A POST publishes."""
    actor, at = _actor(request), moments.now()
    block = reading.block(code)
    form, refused = Editing(request.POST or None, initial=_written(block)), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        fields = given["fields_json"]
        try:
            making.publish(code=code, title=given["title"], name=block.name, fields=fields, by=actor, at=at)
            return HttpResponseRedirect(f"{BLOCKS}{code}/?xong=cong-bo")
        except Unable as fault:
            refused = fault.message
    return _drawn(request, block, form, refused=refused)


def _written(block: BlockView) -> dict[str, Any]:
    written = orjson.dumps(block.fields, option=orjson.OPT_INDENT_2).decode()
    return {"title": block.title, "fields_json": written}


def _drawn(request: HttpRequest, block: BlockView, form: Editing, *, refused: str = "") -> HttpResponse:
    uses = reading.older(block.code, at=moments.now())
    faulty = bool(form.errors) or bool(refused)
    done = {"cong-bo": _("Đã công bố phiên bản mới."), "cap-nhat": _("Đã cập nhật các tờ khai đã chọn.")}
    facts = {
        "title": block.title,
        "group": block,
        "here": f"{BLOCKS}{block.code}/",
        "questions": [str(field.get("label", field.get("name", ""))) for field in block.fields],
        "versions": _versions(reading.versions(block.code)),
        "uses": [
            {
                "use": use,
                "value": f"{'ban' if use.draft else 'hieu-luc'}:{use.draft or use.version}",
                "id": f"dung-{number}",
            }
            for number, use in enumerate(uses)
        ],
        "said": ngettext("%(n)d tờ khai dùng bản cũ", "%(n)d tờ khai dùng bản cũ", len(uses))
        % {"n": len(uses)},
        "form": form,
        "errors": bool(form.errors),
        "refused": refused,
        "done": done.get(request.GET.get("xong", ""), ""),
    }
    return render(request, "studio/block.html", facts, status=422 if faulty else 200)


def _versions(rows: tuple[BlockView, ...]) -> list[dict[str, Any]]:
    """Newest first, each with what it changed from the one before."""
    return [
        {
            "number": row.number,
            "by": row.published_by,
            "when": f"{local(row.published_at):%H:%M %d/%m/%Y}",
            "changes": differences(before.fields, row.fields) if before else (),
        }
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ]


@never_cache
@access.officer("studio.write")
@require_POST
def bring_up(request: HttpRequest, code: str) -> HttpResponse:
    """Bring the forms that were chosen up to the latest version of the block."""
    actor = _actor(request)
    chosen: dict[str, list[UUID]] = {"ban": [], "hieu-luc": []}
    for value in request.POST.getlist("dung"):
        where, _colon, given = value.partition(":")
        try:
            chosen[where].append(UUID(given))
        except (KeyError, ValueError):
            continue
    making.bring_up(
        code=code, open_drafts=chosen["ban"], in_force=chosen["hieu-luc"], by=actor, at=moments.now()
    )
    return HttpResponseRedirect(f"{BLOCKS}{code}/?xong=cap-nhat")


def _code(title: str) -> str:
    """A code from a title: its letters without diacritics."""
    return re.sub("[^a-z0-9]+", "-", fold(title)).strip("-")[:60].strip("-") or "khoi"


@never_cache
@access.officer("studio.write")
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Make a block from a section of the draft's form."""
    here = visit(request, draft_id)
    found = list(sections(here.draft.body(PartName.FORM)["definition"]))
    form, refused = Making(request.POST or None, found=found, there=reading.blocks()), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            making.from_section(
                draft_id=draft_id,
                path=given["section"],
                code=given["code"],
                title=given["title"],
                by=here.actor,
                at=here.at,
            )
            return HttpResponseRedirect(f"{BLOCKS}{given['code']}/?xong=cong-bo")
        except Unable as fault:
            refused = fault.message
    facts = {
        "title": _("Lưu một nhóm câu hỏi thành khối dùng lại"),
        "draft": here.draft,
        "home": address(draft_id, PartName.FORM),
        "form": form,
        "any": bool(found),
        "errors": bool(form.errors),
        "refused": refused,
    }
    status = 422 if form.errors or refused else 200
    return render(request, "studio/block_take.html", facts, status=status)
