"""Addresses of this room; mounted at the root by config."""

from __future__ import annotations

from django.urls import path

from tinhso.identity.pages import accounts, exceptions, merging, officers, persons, standing_in

app_name = "identity"

urlpatterns = [
    path("dang-nhap/", persons.choose, name="choose"),
    path("dang-nhap/dinh-danh/", persons.begin, name="begin"),
    path("dang-nhap/tra-ve/", persons.come_back, name="come-back"),
    path("dang-nhap/o-lai/", persons.stay, name="stay"),
    path("dang-nhap/viet-tiep/", persons.write_on, name="write-on"),
    path("dang-nhap/can-bo/", officers.door, name="officers-door"),
    path("dang-xuat/", persons.sign_out, name="sign-out"),
    path("tai-khoan/", accounts.own, name="own"),
    path("tai-khoan/phien/", accounts.end, name="end"),
    path("tai-khoan/ai-da-xem/", accounts.who_looked, name="who-looked"),
    path("can-bo/dang-nhap/", officers.password, name="password"),
    path("can-bo/dang-nhap/ma/", officers.code, name="code"),
    path("can-bo/dang-nhap/cai-dat/", officers.set_up, name="set-up"),
    path("can-bo/dang-nhap/khoa/", officers.passkey_question, name="passkey-question"),
    path("can-bo/dang-nhap/khoa/tra-loi/", officers.passkey_answer, name="passkey-answer"),
    path("can-bo/tai-khoan/", accounts.officers_own, name="officers-own"),
    path("can-bo/tai-khoan/phien/", accounts.officers_end, name="officers-end"),
    path("can-bo/tai-khoan/khoa/", accounts.passkey_offer, name="passkey-offer"),
    path("can-bo/tai-khoan/khoa/them/", accounts.passkey_add, name="passkey-add"),
    path("can-bo/vang-mat/", standing_in.absences, name="absences"),
    path("can-bo/vang-mat/<uuid:absence>/da-ve/", standing_in.come_back, name="absence-over"),
    path("can-bo/uy-quyen/", standing_in.delegations, name="delegations"),
    path("can-bo/uy-quyen/<uuid:delegation>/thoi/", standing_in.end_delegation, name="delegation-end"),
    path("can-bo/gop-tai-khoan/", merging.merges, name="merges"),
    path("can-bo/gop-tai-khoan/<uuid:merge>/", merging.decide, name="merge-decide"),
    path("can-bo/gop-tai-khoan/<uuid:survivor>/<uuid:loser>/", merging.propose, name="merge-propose"),
    path("can-bo/mo-khan/", exceptions.openings, name="openings"),
    path("can-bo/mo-khan/<uuid:opening>/", exceptions.witness, name="witness"),
    path("can-bo/thanh-tra/", exceptions.inspections, name="inspections"),
    path("can-bo/thanh-tra/<uuid:inspection>/thoi/", exceptions.end, name="inspection-end"),
]
