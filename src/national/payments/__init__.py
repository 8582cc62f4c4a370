"""The providers of money: VNPAY, a bank with VietQR, the national payment platform."""
