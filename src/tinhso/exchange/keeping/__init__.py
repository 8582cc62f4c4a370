"""The message log: written before an answer goes out, stamped, archived, searched, exported."""
