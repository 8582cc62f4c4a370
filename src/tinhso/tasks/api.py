"""The door of tasks."""

from tinhso.tasks.contracts import Load, TaskView
from tinhso.tasks.operations import CLOSE, GIVE, close, closing, give, given, reassign, set_due
from tinhso.tasks.queries import LAST_HOLDERS, last_holder, load, mine, open_on, units_on_path

__all__ = [
    "CLOSE",
    "GIVE",
    "LAST_HOLDERS",
    "Load",
    "TaskView",
    "close",
    "closing",
    "give",
    "given",
    "last_holder",
    "load",
    "mine",
    "open_on",
    "reassign",
    "set_due",
    "units_on_path",
]
