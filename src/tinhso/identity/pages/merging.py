"""Two accounts of one person, side by side: one administrator proposes a merge, another decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid
from tinhso.identity.contracts import PersonView
from tinhso.identity.merge_contracts import Ground, MergeState, MergeStopped, MergeView
from tinhso.identity.operations import merges as writing
from tinhso.identity.operations.looks import look, look_at_list
from tinhso.identity.queries import merges as reading
from tinhso.identity.queries.people import persons
from tinhso.identity.visiting import actor_of

LIST = "/can-bo/gop-tai-khoan/"
DONE = {
    "de-nghi": gettext_lazy("Đã gửi đề nghị. Quản trị khác sẽ xem và duyệt."),
    "duyet": gettext_lazy("Đã gộp. Người dân được báo bằng mọi cách có thể."),
    "khong": gettext_lazy("Đã ghi: không gộp."),
}
STATES = {
    MergeState.PROPOSED: gettext_lazy("chờ duyệt"),
    MergeState.APPROVED: gettext_lazy("đã gộp"),
    MergeState.REFUSED: gettext_lazy("không gộp"),
    MergeState.LAPSED: gettext_lazy("không còn áp dụng"),
}


class FindForm(forms.Form):
    """The two accounts, each by a number, a phone or a name; where several bear it, the one chosen."""

    survivor = forms.CharField(
        label=gettext_lazy("Tài khoản giữ lại"),
        help_text=gettext_lazy("Số căn cước, số điện thoại hoặc họ và tên."),
        max_length=100,
        error_messages={"required": gettext_lazy("Hãy nhập tài khoản giữ lại.")},
    )
    loser = forms.CharField(
        label=gettext_lazy("Tài khoản gộp vào đó"),
        help_text=gettext_lazy("Số, điện thoại hoặc họ tên như tài khoản này đã ghi, kể cả ghi nhầm."),
        max_length=100,
        error_messages={"required": gettext_lazy("Hãy nhập tài khoản gộp vào.")},
    )

    def choose(self, name: str, found: tuple[PersonView, ...]) -> UUID | None:
        """The one meant; with several, ask which by a field of its own."""
        if not found:
            self.add_error(name, _("Không tìm thấy ai. Hãy thử số điện thoại hoặc họ và tên đầy đủ."))
            return None
        if len(found) == 1:
            return found[0].id
        label = _("Có %(count)d người. Chọn đúng người của ô trên") % {"count": len(found)}
        self.fields[f"{name}_id"] = forms.ChoiceField(
            label=label, choices=[(str(one.id), _brief(one)) for one in found], widget=forms.RadioSelect
        )
        self.order_fields(["survivor", "survivor_id", "loser", "loser_id"])
        picked = self.data.get(f"{name}_id", "")
        if picked in {str(one.id) for one in found}:
            return UUID(picked)
        self.add_error(f"{name}_id", _("Hãy chọn một người."))
        return None


class ProposeForm(forms.Form):
    """By what it is known that the two are one."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Căn cứ"),
        choices=[(ground.value, ground.label) for ground in Ground],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn căn cứ.")},
    )
    proof = forms.CharField(
        label=gettext_lazy("Đã xem giấy tờ gì, trùng khớp ở điểm nào"),
        help_text=gettext_lazy("Ví dụ: xem bản chính căn cước và CMND cũ; trùng họ tên, ngày sinh, ảnh."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Hãy ghi giấy tờ đã xem và điểm trùng khớp.")},
    )


class RefuseForm(forms.Form):
    """Why the two stay two."""

    because = forms.CharField(
        label=gettext_lazy("Lý do không gộp"),
        max_length=500,
        error_messages={"required": gettext_lazy("Hãy ghi lý do: người đề nghị sẽ đọc.")},
    )


def _brief(one: PersonView) -> str:
    parts = (one.full_name, _day(one), one.personal_id_masked, one.phone)
    return ", ".join(part for part in parts if part)


def _day(one: PersonView) -> str:
    return f"{one.birth_date:%d/%m/%Y}" if one.birth_date else ""


@never_cache
@access.officer("identity.propose_merge")
@require_http_methods(["GET", "HEAD", "POST"])
def merges(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, what was decided, and the two boxes that find a pair."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pair = [form.choose(name, _meant(request, form.cleaned_data[name])) for name in ("survivor", "loser")]
        if all(pair):
            return HttpResponseRedirect(f"{LIST}{pair[0]}/{pair[1]}/")
    facts = {
        "title": _("Gộp hai tài khoản của một người"),
        "form": form,
        "waiting": [_row(view) for view in reading.merges(waiting=True)],
        "decided": [_row(view) for view in reading.merges(waiting=False)],
        "done": DONE.get(request.GET.get("xong", ""), ""),
    }
    return render(request, "identity/merges.html", facts, status=422 if form.errors else 200)


def _meant(request: HttpRequest, typed: str) -> tuple[PersonView, ...]:
    found = reading.meant(typed)
    purpose = _("Tìm tài khoản để gộp")
    look_at_list(actor_of(request), query=typed, count=len(found), purpose=purpose, at=moments.now())
    return found


def _row(view: MergeView) -> dict[str, Any]:
    return {
        "view": view,
        "state": STATES[view.state],
        "when": f"{moments.local(view.decided_at or view.proposed_at):%H:%M %d/%m/%Y}",
    }


@never_cache
@access.officer("identity.propose_merge")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, survivor: UUID, loser: UUID) -> HttpResponse:
    """Both accounts side by side, what would go over, and the proposal with its ground and proof."""
    actor, at = actor_of(request), moments.now()
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.propose(loser=loser, survivor=survivor, **form.cleaned_data, by=actor, at=at)
        except Invalid as fault:
            for name, sentence in fault.faults.items():
                form.add_error(name, sentence)
        else:
            return HttpResponseRedirect(f"{LIST}?xong=de-nghi")
    facts = {
        "title": _("Đối chiếu hai tài khoản"),
        "form": form,
        "swap": f"{LIST}{loser}/{survivor}/",
        **_side_by_side(request, survivor, loser),
        **_would_move(survivor, loser),
    }
    return render(request, "identity/merge_propose.html", facts, status=422 if form.errors else 200)


@never_cache
@access.officer("identity.decide_merge")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, merge: UUID) -> HttpResponse:
    """One proposal before the second pair of eyes; afterwards what came of it."""
    actor, at = actor_of(request), moments.now()
    view = reading.merge(merge)
    form = RefuseForm(request.POST if request.POST.get("y") == "khong" else None)
    if request.POST.get("y") == "co":
        writing.approve(merge_id=merge, by=actor, at=at)
        return HttpResponseRedirect(f"{LIST}?xong=duyet")
    if form.is_valid():
        writing.refuse(merge_id=merge, because=form.cleaned_data["because"], by=actor, at=at)
        return HttpResponseRedirect(f"{LIST}?xong=khong")
    waits = view.state is MergeState.PROPOSED
    facts = {
        "title": _("Đề nghị gộp tài khoản %(name)s") % {"name": view.loser_name},
        "form": form,
        "own": view.proposed_by == actor.id,
        "waits": waits,
        **_row(view),
        **(_side_by_side(request, view.survivor, view.loser) if waits else {}),
        **(_would_move(view.survivor, view.loser) if waits else {"moved": view.moved}),
    }
    return render(request, "identity/merge_decide.html", facts, status=422 if form.errors else 200)


def _would_move(survivor: UUID, loser: UUID) -> dict[str, Any]:
    try:
        return {"moved": writing.preview(loser=loser, survivor=survivor, at=moments.now())}
    except MergeStopped as stopped:
        return {"stopped": stopped.message}


def _side_by_side(request: HttpRequest, survivor: UUID, loser: UUID) -> dict[str, Any]:
    """The facts of both in rows, each marked whether they agree; both persons read of this look."""
    both = persons([survivor, loser])
    for id in both:
        look(actor_of(request), id, _("Đối chiếu hai tài khoản để gộp"), None, moments.now())
    pair = [both[id] for id in (survivor, loser) if id in both]
    if len(pair) < 2:
        return {"facts": []}
    rows = (
        (_("Họ và tên"), [one.full_name for one in pair]),
        (_("Ngày sinh"), [_day(one) for one in pair]),
        (_("Số căn cước"), [one.personal_id_masked for one in pair]),
        (_("Điện thoại"), [one.phone for one in pair]),
        (_("Thư điện tử"), [one.email for one in pair]),
        (_("Địa chỉ"), [one.address for one in pair]),
        (_("Mức độ định danh"), [str(one.assurance_level) for one in pair]),
    )
    return {
        "facts": [
            {"name": name, "kept": kept, "lost": lost, "same": bool(kept) and kept == lost}
            for name, (kept, lost) in rows
            if kept or lost
        ]
    }
