"""Law as dated data: every legal number with its validity and its basis.

    legal.integer("extension_max", on=moments.today(received_at))
    legal.rule("public_channel", on=day).basis

A key is declared by a JSON file in `legal/` of the room that uses it, together with the values the
release ships; `load` lays them into the table, administrators `change` them from a day on. Ask with the
day of the event (receipt, document date, report period), never with today's.
"""

from tinhso.foundation.legal.declarations import Confidence, Declaration, Kind, declarations
from tinhso.foundation.legal.reading import NoLegalValue, Rule, forget, history, integer, rule, text, value
from tinhso.foundation.legal.writing import Loaded, NotALegalValue, change, correct, load

__all__ = [
    "Confidence",
    "Declaration",
    "Kind",
    "Loaded",
    "NoLegalValue",
    "NotALegalValue",
    "Rule",
    "change",
    "correct",
    "declarations",
    "forget",
    "history",
    "integer",
    "load",
    "rule",
    "text",
    "value",
]
