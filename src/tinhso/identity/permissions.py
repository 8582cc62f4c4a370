"""The acts of identity and who may do them, and who may do those of the floor below."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts
from tinhso.identity.authorisation.grants import grant
from tinhso.identity.contracts import Role, Scope

_ACTS = (
    ("identity.register_person", _("Ghi nhận người dân"), "person"),
    ("identity.register_organisation", _("Ghi nhận tổ chức"), "organisation"),
    ("identity.erase_person", _("Xóa dữ liệu cá nhân"), "person"),
    ("identity.register_officer", _("Thêm cán bộ"), "officer"),
    ("identity.deactivate_officer", _("Khóa tài khoản cán bộ"), "officer"),
    ("identity.give_post", _("Giao vị trí"), "officer"),
    ("identity.end_post", _("Thôi vị trí"), "officer"),
    ("identity.be_absent", _("Ghi vắng mặt"), "officer"),
    ("identity.delegate", _("Ủy quyền"), "officer"),
    ("identity.create_token", _("Tạo mã truy cập cho máy"), "token"),
    ("identity.revoke_token", _("Thu hồi mã truy cập"), "token"),
    ("identity.sign_in", _("Đăng nhập"), "account"),
    ("identity.sign_out", _("Đăng xuất"), "account"),
    ("identity.second_factor", _("Đặt lớp xác thực thứ hai"), "account"),
    ("identity.give_inspection", _("Giao thanh tra theo quyết định"), "officer"),
    ("identity.inspect", _("Thanh tra"), ""),
    ("identity.open_in_emergency", _("Mở khẩn"), ""),
    ("identity.ask_to_open", _("Xin mở khẩn"), ""),
    ("identity.witness", _("Chứng kiến mở khẩn"), "opening"),
    ("identity.relate", _("Khai người mình nộp hồ sơ thay"), "relation"),
    ("identity.grant_proxy", _("Ủy quyền nộp hồ sơ"), "relation"),
    ("identity.invite", _("Mời người nộp hồ sơ cho tổ chức"), "organisation"),
    ("identity.end_relation", _("Chấm dứt việc nộp thay"), "relation"),
    ("identity.propose_merge", _("Đề nghị gộp hai tài khoản"), "person"),
    ("identity.decide_merge", _("Duyệt gộp hai tài khoản"), "person"),
    ("identity.vouch", _("Xác nhận giấy tờ chứng minh tư cách"), "relation"),
)
_ADMINISTRATOR = (
    "identity.erase_person",
    "identity.register_officer",
    "identity.deactivate_officer",
    "identity.give_post",
    "identity.end_post",
    "identity.create_token",
    "identity.revoke_token",
    "identity.give_inspection",
    "identity.ask_to_open",
    "identity.witness",
    "identity.propose_merge",
    "identity.decide_merge",
    "directory.reorganise",
    "directory.establish",
    "directory.dissolve",
    "directory.identify",
    "foundation.change_legal_value",
    "foundation.correct_legal_value",
    "foundation.set_calendar_day",
    "foundation.clear_calendar_day",
    "foundation.set_calendar_hours",
    "jobs.retry",
    "jobs.discard",
)


_ITSELF = ("identity.sign_in", "identity.sign_out", "identity.second_factor", "identity.be_absent")
_COUNTER = (Role.INTAKE_OFFICER, Role.SPECIALIST, Role.LEADER)

for _name, _label, _subject in _ACTS:
    acts.declare(_name, _label, subject=_subject)
for _name in _ADMINISTRATOR:
    grant(_name, roles=[Role.ADMINISTRATOR], scope=Scope.PROVINCE)
for _name in _ITSELF:
    grant(_name, itself=True)
for _name in ("identity.register_person", "identity.register_organisation"):
    grant(_name, roles=_COUNTER, scope=Scope.PROVINCE)
grant("identity.erase_person", owner=True)
grant("identity.relate", owner=True, roles=_COUNTER, scope=Scope.PROVINCE)
for _name in ("identity.grant_proxy", "identity.invite", "identity.end_relation"):
    grant(_name, owner=True)
grant("identity.vouch", roles=_COUNTER, scope=Scope.PROVINCE)
grant("identity.inspect", roles=[Role.INSPECTOR])
grant("identity.open_in_emergency", roles=[*_COUNTER, Role.CLERK, Role.SUPERVISOR], scope=Scope.AGENCY)
grant("identity.witness", roles=[Role.SUPERVISOR, Role.LEADER], scope=Scope.AGENCY)
for _name in ("identity.be_absent", "identity.delegate"):
    grant(_name, roles=[Role.LEADER], scope=Scope.AGENCY)
    grant(_name, roles=[Role.ADMINISTRATOR], scope=Scope.PROVINCE)
