"""The trace of every act: append-only, chained per subject, so that no act waits for another's.

The hash covers the exact bytes kept, with place, time, actor and act. A sealer links what is committed
into one province-wide list within a second, stamped nightly, so that a removed chain shows as well.
"""

from tinhso.foundation.audit.entries import APPEND, Entry, append, entry_of
from tinhso.foundation.audit.reading import Line, sealed, trace, unsealed
from tinhso.foundation.audit.sealing import StampAuthority, Stamped, seal, stamp, stamp_authority
from tinhso.foundation.audit.verifying import Break, Verdict, verify, verify_chain

__all__ = [
    "APPEND",
    "Break",
    "Entry",
    "Line",
    "StampAuthority",
    "Stamped",
    "Verdict",
    "append",
    "entry_of",
    "seal",
    "sealed",
    "stamp",
    "stamp_authority",
    "trace",
    "unsealed",
    "verify",
    "verify_chain",
]
