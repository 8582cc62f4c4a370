"""The message protocol as bytes: identifiers, messages, faults, access globs, SOAP, parts, metadata."""
