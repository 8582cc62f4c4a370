"""Static files under names that carry the hash of their bytes, so that browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Hashed names once `collectstatic` has run; before that (tests, development) the plain names,
    which whitenoise serves from the source folders with a short life.
    """

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name if the manifest knows it, else the name itself."""
        found = self.hashed_files.get(self.hash_key(self.clean_name(name)))
        return str(found) if found else name
