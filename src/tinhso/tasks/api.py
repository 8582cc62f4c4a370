"""The door of tasks."""

from tinhso.tasks.contracts import Load, TaskView
from tinhso.tasks.operations import GIVE, close, give, given, reassign, set_due
from tinhso.tasks.queries import last_holder, load, mine, open_on, units_on_path, units_on_paths

__all__ = [
    "GIVE",
    "Load",
    "TaskView",
    "close",
    "give",
    "given",
    "last_holder",
    "load",
    "mine",
    "open_on",
    "reassign",
    "set_due",
    "units_on_path",
    "units_on_paths",
]
