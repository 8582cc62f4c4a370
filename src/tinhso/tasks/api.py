"""The door of tasks."""

from tinhso.tasks.contracts import Load, Path, Span, TaskView
from tinhso.tasks.operations import CLOSE, GIVE, close, closing, give, given, reassign, set_due, set_due_of
from tinhso.tasks.queries import LAST_HOLDERS, done_by, load, mine, open_on, path, spans

__all__ = [
    "CLOSE",
    "GIVE",
    "LAST_HOLDERS",
    "Load",
    "Path",
    "Span",
    "TaskView",
    "close",
    "closing",
    "done_by",
    "give",
    "given",
    "load",
    "mine",
    "open_on",
    "path",
    "reassign",
    "set_due",
    "set_due_of",
    "spans",
]
