"""The payment platform of the national public service portal (PayPlat)."""
