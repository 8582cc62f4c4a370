"""What tasks brings to lower rooms when Django starts: disputes of the data log are work."""

from tinhso.exchange import api as exchange
from tinhso.tasks.disputes import DisputeTasks

exchange.dispute_work.bind(DisputeTasks())
