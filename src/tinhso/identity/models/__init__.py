"""Tables of identity."""

from tinhso.identity.models.accounts import Account
from tinhso.identity.models.exceptions import Inspection, Opening
from tinhso.identity.models.looks import Look
from tinhso.identity.models.machines import Token
from tinhso.identity.models.merges import Merge
from tinhso.identity.models.officers import Absence, Delegation, Officer, Post
from tinhso.identity.models.people import EidLink, Organisation, Person
from tinhso.identity.models.relations import Proof, Relation
from tinhso.identity.models.signins import Attempt, KeptForm, KnownDevice, SignIn, Start

__all__ = [
    "Absence",
    "Account",
    "Attempt",
    "Delegation",
    "EidLink",
    "Inspection",
    "KeptForm",
    "KnownDevice",
    "Look",
    "Merge",
    "Officer",
    "Opening",
    "Organisation",
    "Person",
    "Post",
    "Proof",
    "Relation",
    "SignIn",
    "Start",
    "Token",
]
