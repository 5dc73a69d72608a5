"""A plain row: the columns of a record without sealing, history, log or version."""

from __future__ import annotations

import uuid

from django.db import models


class Plain(models.Model):
    """Eight columns, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.UUIDField(default=uuid.uuid4)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=40)
    born_on = models.DateField()
    state = models.CharField(max_length=20)
    at = models.DateTimeField()
    note = models.TextField(default="")

    class Meta:
        app_label = "floor"
        ordering = ("at", "id")
