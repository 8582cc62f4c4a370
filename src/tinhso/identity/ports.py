"""Identity answers the ground's ports: who visits, and what each may do."""

from __future__ import annotations

from tinhso.foundation import acts, crypto, files
from tinhso.identity.authorisation.judging import Judge
from tinhso.identity.models import Proof
from tinhso.identity.signin import rewrapping
from tinhso.identity.visiting import actor_of

acts.authority.bind(Judge())
files.visitors.bind(actor_of)
crypto.wrapped.add("second-factors", crypto.Wrapped(again=rewrapping.again, left=rewrapping.left))
files.hold(Proof, "file_id")
