"""The public postal carrier: takes orders for a pick-up, moves parcels on, tells of each station."""
