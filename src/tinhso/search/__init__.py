"""One index that rooms push what can be found into. It knows words and ranks, never what they mean."""
