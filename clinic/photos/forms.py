"""Shape of a photograph upload."""

from __future__ import annotations

from django import forms

from clinic.catalogue import content
from clinic.photos import choices


class PhotoForm(forms.Form):
    """A picture, its view, area, moment and a note."""

    photo = forms.FileField(
        label="Photograph",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
        help_text="JPEG, PNG, WebP or HEIC, up to 25 MB. Place and camera data are removed.",
    )
    view = forms.ChoiceField(label="View", choices=list(choices.views().items()))
    stage = forms.ChoiceField(label="When", choices=list(choices.stages().items()))
    zone = forms.ChoiceField(label="Area", required=False)
    note = forms.CharField(label="Note", max_length=400, required=False)
    is_agreed = forms.BooleanField(
        label="The client agrees to this photograph",
        required=False,
        help_text="Needed until their permission for photographs is recorded with the consent.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        zones = [(row.id, row.label) for row in content.areas().values() if row.treatable]
        self.fields["zone"].choices = [("", "Whole view"), *zones]  # type: ignore[attr-defined]
