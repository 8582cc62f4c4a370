"""The door of tasks."""

from tinhso.tasks.contracts import Load, TaskView
from tinhso.tasks.operations import close, give, reassign, set_due
from tinhso.tasks.queries import last_holder, load, mine, open_on, units_on_path

__all__ = [
    "Load",
    "TaskView",
    "close",
    "give",
    "last_holder",
    "load",
    "mine",
    "open_on",
    "reassign",
    "set_due",
    "units_on_path",
]
