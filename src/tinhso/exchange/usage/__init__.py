"""Who was told of whom: written, answered to trackers, asked of every register, disputed."""
