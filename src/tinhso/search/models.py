"""The index: entries, and the vocabulary by which mistyped words are mended."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q


class SearchEntry(models.Model):
    """One thing that can be found. Folded text: lower case, no diacritics."""

    pk = models.CompositePrimaryKey("kind", "id")
    kind = models.TextField()
    id = models.UUIDField()
    title = models.TextField()
    url = models.TextField()
    units = ArrayField(models.UUIDField(), default=list)
    weight = models.FloatField(default=1.0)
    folded_title = models.TextField()
    folded_words = models.TextField()
    folded_text = models.TextField()
    main = models.GeneratedField(
        expression=SearchVector(F("folded_title"), config="simple", weight="A")
        + SearchVector(F("folded_words"), config="simple", weight="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    rest = models.GeneratedField(
        expression=SearchVector(F("folded_text"), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(kind=""), name="entry_named"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="entry_weight_positive"),
        ]
        indexes = [
            GinIndex(fields=["main"], name="entry_main"),
            GinIndex(fields=["rest"], name="entry_rest"),
            GinIndex(OpClass(F("folded_words"), name="gin_trgm_ops"), name="entry_words_trigrams"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"


class SearchWord(models.Model):
    """A folded word that occurs in some entry."""

    id = models.BigAutoField(primary_key=True)
    word = models.TextField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(word=""), name="word_not_empty")]

    def __str__(self) -> str:
        return self.word
