"""VNPAY 2.1.0: the payment page, its notices, queries, refunds and the list of a day."""
