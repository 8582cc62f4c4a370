"""Tables of the directory. Migration 0001 adds what Django cannot say: temporal foreign keys."""

from tinhso.directory.models.agencies import Agency, AgencyChange, AgencyIdentifier, Unit
from tinhso.directory.models.territories import Territory, TerritoryChange

__all__ = ["Agency", "AgencyChange", "AgencyIdentifier", "Territory", "TerritoryChange", "Unit"]
