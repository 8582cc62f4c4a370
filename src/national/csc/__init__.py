"""A remote signing service, played: Cloud Signature Consortium API v1.0.4 and the essentials of v2."""
