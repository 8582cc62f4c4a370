"""The trace of every act: append-only, chained per subject, so that no act waits for another's.

The hash covers the exact bytes kept, with sequence, time, actor and act. A sealer links the heads
of all chains into one province-wide list, stamped nightly, so that a removed chain shows as well.
"""

from tinhso.foundation.audit.entries import Entry, append, entry_of

__all__ = ["Entry", "append", "entry_of"]
