"""Blocks of questions: the list, one with its versions and uses, making one from a section of a form."""

from __future__ import annotations

import re
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
from tinhso.studio.using import differences, sections

BLOCKS = f"{HOME}khoi/"
CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Making(forms.Form):
    """A block to be made from a section: under the code of one there is, or under a new one."""

    section = forms.ChoiceField(
        label=gettext_lazy("Phần nào của tờ khai"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn một phần của tờ khai.")},
    )
    title = forms.CharField(
        label=gettext_lazy("Tên khối"),
        max_length=120,
        error_messages={"required": gettext_lazy("Hãy đặt tên khối, ví dụ: Người được uỷ quyền.")},
    )
    code = forms.RegexField(
        CODE,
        label=gettext_lazy("Mã khối"),
        required=False,
        help_text=gettext_lazy(
            "Để trống thì lấy theo tên. Ghi mã của khối đang có để ra phiên bản mới của nó."
        ),
        error_messages={"invalid": gettext_lazy("Mã chỉ gồm chữ thường không dấu, số, gạch nối.")},
    )


class Editing(forms.Form):
    """The questions of a block as JSON, for who likes it."""

    title = forms.CharField(label=gettext_lazy("Tên khối"), max_length=120)
    fields_json = forms.CharField(
        label=gettext_lazy("Các câu hỏi (JSON, như trong tờ khai)"),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )

    def clean_fields_json(self) -> list[dict[str, Any]]:
        """The questions, read from the text."""
        try:
            fields = orjson.loads(self.cleaned_data["fields_json"])
        except orjson.JSONDecodeError:
            sentence = _("Chữ này không phải JSON. Hãy xem lại dấu ngoặc, dấu phẩy.")
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
    form, refused = Making(request.POST or None), ""
    choices = [(one.path, str(one.field.get("label") or one.path)) for one in found]
    form.fields["section"].choices = choices  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        code = given["code"] or _code(given["title"])
        try:
            making.from_section(
                draft_id=draft_id,
                path=given["section"],
                code=code,
                title=given["title"],
                by=here.actor,
                at=here.at,
            )
            return HttpResponseRedirect(f"{BLOCKS}{code}/?xong=cong-bo")
        except Unable as fault:
            refused = fault.message
    facts = {
        "title": _("Lưu một phần thành khối"),
        "draft": here.draft,
        "home": address(draft_id, PartName.FORM),
        "form": form,
        "any": bool(found),
        "errors": bool(form.errors),
        "refused": refused,
    }
    status = 422 if form.errors or refused else 200
    return render(request, "studio/block_take.html", facts, status=status)
