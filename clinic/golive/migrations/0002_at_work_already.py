"""Clinics with clients were at work before there were ceremonies: they stay open, and the page shows what is missing."""

from django.db import migrations
from django.utils import timezone


def open_clinics_at_work(apps, schema_editor):
    """One opening without a name for each."""
    Client, Opening = apps.get_model("clinic", "Client"), apps.get_model("golive", "Opening")
    for organisation_id in Client.objects.values_list("organisation_id", flat=True).distinct():
        Opening.objects.get_or_create(organisation_id=organisation_id, defaults={"opened_at": timezone.now()})


class Migration(migrations.Migration):
    dependencies = [("golive", "0001_initial"), ("clinic", "0001_initial")]
    operations = [migrations.RunPython(open_clinics_at_work, migrations.RunPython.noop)]
