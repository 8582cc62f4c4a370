"""What the roof binds of lower rooms when Django starts: signing, as the settings say."""

from tinhso.config import signing

signing.bind()
