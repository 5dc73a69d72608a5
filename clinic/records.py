"""Bases of all records: UUID keys, a version that moves with every save, sealed fields re-sealed with it,
history in ciphertext.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.core.exceptions import FieldError
from django.db import models
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from clinic import access, clock
from clinic.actors import Actor, acting
from clinic.encryption import copy_ciphertext, sealed_fields
from clinic.keystore import keys


def _history_user(historical: Any) -> Any:
    return historical.history_user_id


def _set_history_user(historical: Any, user: Any) -> None:
    historical.history_user_id = user


class History(HistoricalRecords):
    """django-simple-history, with the acting person's id and the very ciphertext of the record."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("history_change_reason_field", models.TextField(null=True))
        kwargs.setdefault("history_user_id_field", models.UUIDField(null=True))
        kwargs.setdefault("history_user_getter", _history_user)
        kwargs.setdefault("history_user_setter", _set_history_user)
        kwargs.setdefault("inherit", False)
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]

    def get_history_user(self, instance: models.Model) -> Any:
        """The person in whose name the verb runs."""
        actor = acting()
        return actor.actor_id if actor else None

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        """Stamp with the clinic's clock, so that demo history is believable."""
        instance._history_date = clock.now()
        super().create_historical_record(instance, history_type, using)  # type: ignore[no-untyped-call]


def _keep_ciphertext(sender: Any, *, instance: models.Model, history_instance: models.Model, **_: Any) -> None:
    copy_ciphertext(instance, history_instance)


pre_create_historical_record.connect(_keep_ciphertext, dispatch_uid="clinic-keep-ciphertext")


class RecordQuerySet(models.QuerySet[Any]):
    """Records are saved one by one, so that versions, seals and history cannot be bypassed."""

    def update(self, **kwargs: Any) -> int:
        """Refused."""
        raise FieldError("Records are saved one by one (version, seals, history).")

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        """Refused."""
        raise FieldError("Records are saved one by one (version, seals, history).")

    def bulk_update(self, *args: Any, **kwargs: Any) -> Any:
        """Refused."""
        raise FieldError("Records are saved one by one (version, seals, history).")

    def locked(self, pk: Any) -> Any:
        """One row, locked for the rest of the transaction (on SQLite the transaction itself is the lock)."""
        return self.select_for_update().get(pk=pk)


class Record(models.Model):
    """A row with an application-made UUID and a version. `save()` is the only override allowed in the project."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    recorded_by_id = models.UUIDField(null=True, editable=False)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; an update moves the version and re-seals every sealed field with it."""
        sealed = sealed_fields(type(self))
        if self._state.adding:
            actor = acting()
            if self.recorded_by_id is None and actor is not None:
                self.recorded_by_id = actor.actor_id
            return super().save(*args, **kwargs)
        for field in sealed:
            getattr(self, field.attname)
        self.version += 1
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "version", *(field.name for field in sealed)}
        try:
            super().save(*args, **kwargs)
        except BaseException:
            self.version -= 1
            raise

    def resource_for(self, actor: Actor) -> access.Resource:
        """What the policy needs to know of this record and this person."""
        organisation_id = getattr(self, "organisation_id", None) or self.id
        return access.member_resource(actor, organisation_id)


class OrganisationQuerySet(RecordQuerySet):
    """Records of an organisation that are not about a client."""

    def visible_to(self, actor: Actor, can: access.Can) -> Self:
        """Rows whose organisation grants the verb to this person."""
        scope = access.scope(actor, can)
        return self.filter(organisation_id__in=scope.everywhere)


class OrganisationRecord(Record):
    """A record of an organisation, not about a client."""

    organisation = models.ForeignKey("clinic.Organisation", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = OrganisationQuerySet.as_manager()

    class Meta:
        abstract = True


class ClientQuerySet(RecordQuerySet):
    """Records about a client."""

    client_path = "client_id"

    def visible_to(self, actor: Actor, can: access.Can) -> Self:
        """The twin of `access.decide`: exactly the rows on which the verb is allowed."""
        if actor.kind == "client":
            allowed = can in access.GRANTS.get((access.HANDED_ROLE, access.Relation.HANDED), frozenset())
            return self.filter(**{self.client_path: actor.client_id}) if allowed else self.none()
        scope = access.scope(actor, can)
        where = models.Q(organisation_id__in=scope.everywhere)
        if actor.closed:
            where &= ~self._of(actor.closed)
            where |= models.Q(organisation_id__in=scope.closed) & self._of(actor.closed)
            where |= models.Q(organisation_id__in=scope.glass) & self._of(actor.closed & actor.glass)
        if scope.treating:
            where |= models.Q(organisation_id__in=scope.treating) & self._of(actor.treating)
        return self.filter(where)

    def _of(self, clients: frozenset[uuid.UUID]) -> models.Q:
        return models.Q(**{f"{self.client_path}__in": clients})

    def for_client(self, client: Any) -> Self:
        """Rows of one client."""
        return self.filter(**{self.client_path: getattr(client, "id", client)})

    def with_keys(self) -> list[Any]:
        """The rows, with the keys of all their clients opened by one statement."""
        rows = list(self)
        attribute = "id" if self.client_path == "id" else "client_id"
        keys.prefetch({getattr(row, attribute) for row in rows})
        return rows


class ClientRecord(Record):
    """A record about a client; its sealed fields are closed with that client's key."""

    organisation = models.ForeignKey("clinic.Organisation", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clinic.Client", on_delete=models.PROTECT, related_name="%(class)ss")

    objects: ClassVar[Any] = ClientQuerySet.as_manager()

    class Meta:
        abstract = True

    def resource_for(self, actor: Actor) -> access.Resource:
        """The policy of a record is the policy of its client."""
        return access.client_resource(actor, self.organisation_id, self.client_id)
