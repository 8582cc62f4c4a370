"""Money: notices of credits, and the balance of a ledger of ten million entries."""
