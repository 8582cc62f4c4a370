"""Where facts come from that fill forms: sources of other rooms, and registers that are asked outside."""

from __future__ import annotations

from tinhso.forms.contracts import Given, PrefillSource, Register
from tinhso.foundation.registry import Registry

SOURCES: dict[str, PrefillSource] = {}
REGISTERS: Registry[Register] = Registry("register")


def fill_from(word: str, source: PrefillSource) -> None:
    """Facts whose names begin with `word` come from this source; once per word, when Django starts."""
    if word in SOURCES or word in REGISTERS:
        raise ValueError(f"{word} is filled already")
    SOURCES[word] = source


def ask_from(word: str, register: Register) -> None:
    """Facts whose names begin with `word` are asked of a register outside; once per word, as above."""
    if word in SOURCES:
        raise ValueError(f"{word} is filled already")
    REGISTERS.add(word, register)


def register_of(prefill: str) -> Register | None:
    """The register that a field's `prefill` names, if it names one."""
    word = prefill.partition(".")[0]
    return REGISTERS.get(word) if word in REGISTERS else None


def given(prefill: str) -> Given | None:
    """What a register gives under a field's `prefill`; None when it gives no such thing."""
    register = register_of(prefill)
    name = prefill.partition(".")[2]
    return next((one for one in register.gives if one.name == name), None) if register else None
