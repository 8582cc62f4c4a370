"""Settings for benches that need no database."""

USE_I18N = False
SECRET_KEY = "bench"  # noqa: S105 - signs nothing
