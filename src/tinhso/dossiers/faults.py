"""What the one-stop refuses, each with what to do next."""

from __future__ import annotations

from tinhso.foundation.errors import Conflict, Invalid, Unable


class WrittenElsewhere(Conflict):
    """The page was written on another device or in another tab since it was read here."""

    code = "draft-written-elsewhere"


class ProcedureChanged(Conflict):
    """A version that asks something else came into force while this was written: it was not sent."""

    code = "procedure-changed"


class AlreadySent(Conflict):
    """The draft was sent before; `facts["dossier"]` is the code it became."""

    code = "already-sent"


class MayNotFile(Unable):
    """The filer may not file this for that applicant: ended, not allowed, or without proof.

    What was typed stays; `facts["why"]` is a word for programs.
    """

    code = "may-not-file"
    status = 403


class AnswersLacking(Invalid):
    """The form in force asks for answers that the dossier has not, and the act is written from them."""

    code = "answers-lacking"


class NotTheirs(Unable):
    """Code and second factor do not belong together, or there is no such dossier: nobody is told which."""

    code = "lookup-refused"
    status = 422


class TooManySubmissions(Unable):
    """This account has sent too many dossiers in a day."""

    code = "too-many-submissions"
    status = 429


class TooManyLookups(Unable):
    """Too many wrong attempts at this code or from this address."""

    code = "too-many-lookups"
    status = 429


class WrongTurn(Unable):
    """The life cycle does not allow this act now; `facts` name the act and the status."""

    code = "wrong-turn"


class OpinionClosed(Conflict):
    """Somebody of the agency has answered already, or the asker no longer waits."""

    code = "opinion-closed"


class Stale(Conflict):
    """Someone changed the dossier after the actor read it; `facts` say who, when, what."""

    code = "stale"
