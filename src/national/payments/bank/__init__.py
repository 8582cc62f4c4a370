"""A bank with VietQR: an app for payers, notices of credits, transfers, statements."""
