"""The cashier's pages."""
