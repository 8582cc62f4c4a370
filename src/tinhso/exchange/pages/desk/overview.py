"""The first page of the exchange at the desk: every page with what it is for, and what waits there."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.exchange.pages.visiting import visit
from tinhso.exchange.queries import waiting
from tinhso.foundation import access
from tinhso.identity import api as identity

HOME = "/can-bo/truc/"


@dataclass(frozen=True, slots=True)
class Place:
    """One page: whom it is for (the act it asks), its address below the first page, and what it is for."""

    act: str
    path: str
    name: str | Promise
    about: str | Promise


GROUPS: tuple[tuple[str | Promise, tuple[Place, ...]], ...] = (
    (
        gettext_lazy("Vận hành"),
        (
            Place(
                "exchange.see_diagnostics",
                "chan-doan/",
                gettext_lazy("Chẩn đoán"),
                gettext_lazy("Từng nơi mà trục dựa vào: có trả lời không, hỏng vì sao, cần làm gì."),
            ),
            Place(
                "exchange.read_log",
                "nhat-ky/",
                gettext_lazy("Nhật ký"),
                gettext_lazy("Tìm thông điệp theo mọi mã, xuất và kiểm tra bằng chứng."),
            ),
            Place(
                "exchange.see_monitoring",
                "giam-sat/",
                gettext_lazy("Giám sát"),
                gettext_lazy("Từng dịch vụ theo giờ: bao nhiêu lượt, bao nhiêu lỗi, nhanh hay chậm."),
            ),
            Place(
                "exchange.see_diagnostics",
                "may-chu/",
                gettext_lazy("Máy chủ và khóa"),
                gettext_lazy("Mã máy chủ, khóa và chứng thư ký, TLS; dừng để bảo dưỡng."),
            ),
            Place(
                "exchange.plan_maintenance",
                "bao-tri/",
                gettext_lazy("Lịch bảo dưỡng"),
                gettext_lazy("Khoảng nghỉ báo trước của cả trục hoặc từng dịch vụ."),
            ),
            Place(
                "exchange.see_messages",
                "tin/",
                gettext_lazy("Tin gửi qua trục"),
                gettext_lazy("Tin của các phần mềm trong tỉnh gửi hệ thống khác; gửi lại tin hỏng."),
            ),
        ),
    ),
    (
        gettext_lazy("Dịch vụ và thỏa thuận"),
        (
            Place(
                "exchange.see_agreement",
                "thoa-thuan/",
                gettext_lazy("Thỏa thuận kết nối"),
                gettext_lazy("Ai được dùng dịch vụ nào, đến bao giờ; duyệt, mở, tạm dừng."),
            ),
            Place(
                "exchange.see_services",
                "dich-vu/",
                gettext_lazy("Dịch vụ chia sẻ"),
                gettext_lazy("Đăng ký dịch vụ, gói, quyền gọi và thông số của từng dịch vụ."),
            ),
            Place(
                "exchange.see_services",
                "han-muc/",
                gettext_lazy("Hạn mức"),
                gettext_lazy("Số lượt mỗi phút, mỗi ngày và cùng lúc của từng loại."),
            ),
            Place(
                "exchange.register_subsystem",
                "he-thong-con/",
                gettext_lazy("Hệ thống của tỉnh"),
                gettext_lazy("Hệ thống nói qua máy chủ này: chứng thư, cách kết nối, nhóm bên gọi."),
            ),
            Place(
                "exchange.register_application",
                "he-thong/",
                gettext_lazy("Hệ thống sử dụng"),
                gettext_lazy("Hệ thống bên ngoài xin dùng dịch vụ: nhà phát triển, chứng thư."),
            ),
        ),
    ),
    (
        gettext_lazy("Sự kiện và người dân"),
        (
            Place(
                "exchange.manage_subscription",
                "su-kien/",
                gettext_lazy("Hệ thống nhận sự kiện"),
                gettext_lazy("Ai được báo sự kiện nào, đã nhận tới đâu; tạm dừng, gửi lại."),
            ),
            Place(
                "exchange.add_tracker",
                "noi-giu-du-lieu/",
                gettext_lazy("Nơi giữ dữ liệu"),
                gettext_lazy("Cơ quan được hỏi khi người dân xem ai đã dùng dữ liệu của mình."),
            ),
            Place(
                "exchange.answer_dispute",
                "phan-anh/",
                gettext_lazy("Phản ánh dùng dữ liệu"),
                gettext_lazy("Người dân thấy một lần dùng không đúng; trả lời trước hạn."),
            ),
        ),
    ),
)


@never_cache
@access.officer("exchange.see_services")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Each page that the officer may open. Queries: what they hold, and one for each kind that waits."""
    actor, at = visit(request)
    acts = {place.act for _name, places in GROUPS for place in places}
    may = {act for act in acts if identity.somewhere(actor, act, at)}
    waits = waiting.at_places(may, actor=actor, at=at)
    groups = [
        (
            name,
            [(place, f"{HOME}{place.path}", waits.get(place.path)) for place in places if place.act in may],
        )
        for name, places in GROUPS
    ]
    facts = {"title": _("Trục chia sẻ"), "groups": [(name, rows) for name, rows in groups if rows]}
    return render(request, "exchange/desk/overview.html", facts)
