"""The door of tasks."""

from tinhso.tasks.contracts import Load, Path, TaskView
from tinhso.tasks.operations import GIVE, close, give, given, reassign, set_due
from tinhso.tasks.queries import last_holder, load, mine, open_on, path

__all__ = [
    "GIVE",
    "Load",
    "Path",
    "TaskView",
    "close",
    "give",
    "given",
    "last_holder",
    "load",
    "mine",
    "open_on",
    "path",
    "reassign",
    "set_due",
]
