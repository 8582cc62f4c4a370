"""The exchange's gateways, beside nginx and a bare asynchronous proxy over the same hops."""
