"""How easily a text is read: Vietnamese writes one syllable a word, so long sentences show by their count."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LONGEST_SENTENCE = 30
"""Syllables in one sentence: the visual language asks for 20 words, of a syllable and a half each."""
OFFICE_WORDS = (
    ("nêu trên", "này"),
    ("theo quy định của pháp luật", "theo luật"),
    ("có trách nhiệm", "phải"),
    ("tiến hành", "làm"),
    ("trên cơ sở", "theo"),
    ("thực hiện việc", "làm"),
    ("các tổ chức, cá nhân", "ai"),
    ("đương sự", "ông/bà"),
)
"""Words of offices, and what people say instead."""
_ENDS = re.compile(r"[.!?;\n]+")


def hard_to_read(text: str) -> str:
    """What makes a text hard to read and how to mend it, in one sentence; empty when it reads well."""
    low = text.lower()
    for office, said in OFFICE_WORDS:
        if office in low:
            return _("Lời cơ quan “%(office)s”: hãy viết “%(said)s”.") % {"office": office, "said": said}
    longest = max((len(sentence.split()) for sentence in _ENDS.split(text)), default=0)
    if longest > LONGEST_SENTENCE:
        return _("Có câu dài %(n)d tiếng. Hãy tách thành câu dưới %(most)d tiếng, mỗi câu một ý.") % {
            "n": longest,
            "most": LONGEST_SENTENCE,
        }
    return ""
