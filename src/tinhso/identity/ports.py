"""Identity answers the ground's ports: who visits, what each may do; and says where it names persons."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from tinhso.foundation import acts, crypto, files
from tinhso.identity.authorisation.judging import Judge
from tinhso.identity.merging import names_person
from tinhso.identity.models import EidLink, Look, Opening, Proof, Relation, SignIn
from tinhso.identity.signin import rewrapping
from tinhso.identity.visiting import actor_of

acts.authority.bind(Judge())
files.visitors.bind(actor_of)
crypto.wrapped.add("second-factors", crypto.Wrapped(again=rewrapping.again, left=rewrapping.left))
files.hold(Proof, "file_id")
names_person(EidLink, "person_id", what=_("tài khoản định danh điện tử"))
names_person(Relation, "agent_id", what=_("quan hệ nộp thay"))
names_person(Relation, "person_id", what=_("quan hệ nộp thay"))
names_person(Look, "person_id", what=_("lượt xem dữ liệu"))
names_person(Opening, "person_id")
names_person(SignIn, "person_id")
