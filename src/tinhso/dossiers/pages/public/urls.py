"""Addresses of the citizen's pages of the one-stop."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.dossiers.pages.printable import FORMS, INSIDE
from tinhso.dossiers.pages.public import (
    asking,
    bundles,
    collecting,
    delivering,
    keeping,
    lookup,
    office,
    papers,
    reporting,
    sending,
    starting,
    supplementing,
    together,
    tracking,
    whose,
)
from tinhso.dossiers.pages.public.mypeople import adding, members
from tinhso.dossiers.pages.public.mypeople import pages as people

urlpatterns: list[URLPattern] = [
    path("nop/<str:code>/", starting.start, name="filing"),
    path("nop/<str:code>/cho-ai/", whose.whose, name="filing-whose"),
    path("nop/<str:code>/cung-dung-ten/", together.together, name="filing-together"),
    path("nop/<str:code>/noi-nop/", starting.place, name="filing-place"),
    path("nop/<str:code>/phan/<str:name>/", asking.page, name="filing-page"),
    path("nop/<str:code>/phan/<str:name>/luu/", asking.keep, name="filing-keep"),
    path("nop/<str:code>/sai/<str:path>/", reporting.report, name="filing-report"),
    path("nop/<str:code>/giay-to/", papers.papers, name="filing-papers"),
    path("nop/<str:code>/giay-to/<str:paper>/", papers.attach, name="filing-attach"),
    path("nop/<str:code>/giay-to/<str:paper>/bo/<uuid:file_id>/", papers.detach, name="filing-detach"),
    path("nop/<str:code>/giay-to/<str:paper>/dang-tai/<uuid:upload_id>/bo/", papers.drop, name="filing-drop"),
    path("nop/<str:code>/tep/<uuid:file_id>/", papers.look, name="filing-file"),
    path("nop/<str:code>/tep/<uuid:file_id>/anh.jpg", papers.picture, name="filing-picture"),
    path("nop/<str:code>/xem-lai/", sending.review, name="filing-review"),
    path("nop/<str:code>/noi-nhan/", collecting.before, name="filing-collect"),
    path("nop/<str:code>/buu-dien/", delivering.before, name="filing-deliver"),
    path("nop/<str:code>/da-doc/", sending.read_changes, name="filing-changes-read"),
    path("nop/<str:code>/bo/", sending.discard, name="filing-discard"),
    path("ho-so/<str:code>/", tracking.track, name="dossier"),
    path("ho-so/<str:code>/bo-sung/", supplementing.supplement, name="dossier-supplement"),
    path("ho-so/<str:code>/bo-sung/tra-loi/", supplementing.answers, name="supplement-answers"),
    path("ho-so/<str:code>/bo-sung/<str:paper>/", supplementing.attach, name="supplement-attach"),
    path(
        "ho-so/<str:code>/bo-sung/<str:paper>/bo/<uuid:file_id>/",
        supplementing.detach,
        name="supplement-detach",
    ),
    path(
        "ho-so/<str:code>/bo-sung/<str:paper>/dang-tai/<uuid:upload_id>/bo/",
        supplementing.drop,
        name="supplement-drop",
    ),
    path("ho-so/<str:code>/bo-sung/tep/<uuid:file_id>/", supplementing.look, name="supplement-file"),
    path(
        "ho-so/<str:code>/bo-sung/tep/<uuid:file_id>/anh.jpg",
        supplementing.picture,
        name="supplement-picture",
    ),
    path("ho-so/<str:code>/noi-nhan/", collecting.after, name="dossier-collect"),
    path("ho-so/<str:code>/buu-dien/", delivering.after, name="dossier-deliver"),
    path("ho-so/<str:code>/rut/", tracking.withdraw, name="dossier-withdraw"),
    path("ho-so/<str:code>/danh-gia/", tracking.rate, name="dossier-rate"),
    path("ho-so/<str:code>/ket-qua.pdf", tracking.result, name="dossier-result"),
    path("ho-so/<str:code>/giay-tiep-nhan.pdf", tracking.receipt, name="dossier-receipt"),
    path("ho-so/<str:code>/tep/<uuid:file_id>/giu/", keeping.keep, name="dossier-keep"),
    *(
        path(f"ho-so/<str:code>/mau-{form}.pdf", tracking.letter, {"form": form}, name=f"dossier-form-{form}")
        for form in FORMS
        if form not in INSIDE
    ),
    path("ho-so/<str:code>/thu/<uuid:letter>.pdf", tracking.own_letter, name="dossier-letter"),
    path("ho-so/<str:code>/tep/<uuid:file_id>/", tracking.paper, name="dossier-file"),
    path("co-quan/<str:code>/", office.office, name="office"),
    path("nhom-ho-so/<str:code>/", bundles.track, name="bundle"),
    path("nhom-ho-so/<str:code>/giay-tiep-nhan.pdf", bundles.receipt, name="bundle-receipt"),
    path("nhom-ho-so/<str:code>/rut/", bundles.withdraw, name="bundle-withdraw"),
    path("tra-cuu/", lookup.lookup, name="lookup"),
    path("tai-khoan/nguoi-cua-toi/", people.people, name="my-people"),
    path("tai-khoan/nguoi-cua-toi/them/<str:word>/", adding.add, name="my-people-add"),
    path("tai-khoan/nguoi-cua-toi/uy-quyen/", adding.grant, name="my-people-grant"),
    path("tai-khoan/nguoi-cua-toi/to-chuc/<uuid:organisation>/", members.members, name="members"),
    path(
        "tai-khoan/nguoi-cua-toi/to-chuc/<uuid:organisation>/<uuid:relation>/thoi/",
        members.remove,
        name="member-remove",
    ),
    path("tai-khoan/nguoi-cua-toi/<uuid:relation>/", people.one, name="my-person"),
    path("tai-khoan/nguoi-cua-toi/<uuid:relation>/cham-dut/", people.end, name="my-person-end"),
    path("tai-khoan/nguoi-cua-toi/<uuid:relation>/giay/", people.proof, name="my-person-proof"),
]
