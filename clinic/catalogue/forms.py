"""Shape of what is typed about products, devices and depth limits."""

from __future__ import annotations

from typing import Any

from django import forms

from clinic.catalogue import checks, content
from clinic.catalogue.choices import Action, DeviceKind, Force, Legal, Mode, Origin, Polarity, Strength
from clinic.catalogue.models import Device, Product
from clinic.catalogue.rules import LEVELS
from clinic.forms.versions import VersionForm

ANSWERS = [("", "Not asked yet"), ("yes", "Yes"), ("no", "No")]
ANSWER_VALUES: dict[str, bool | None] = {"": None, "yes": True, "no": False}
LINES = 8


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def asked() -> list[str]:
    """Every allergen tag that some ingredient leaves to the product."""
    return sorted({tag for row in content.ingredients().values() for tag in row.asks})


class ProductForm(VersionForm):
    """A product with up to eight ingredients and the maker's answers."""

    name = forms.CharField(label="Name", max_length=120)
    maker = forms.CharField(label="Maker", max_length=120)
    legal = forms.ChoiceField(label="Legal status", choices=Legal.choices, initial=Legal.UNKNOWN)
    strength = forms.ChoiceField(label="Strength", choices=Strength.choices)
    concentration = forms.CharField(label="Concentration on the label", max_length=160, required=False)
    unit = forms.CharField(label="Counted in", max_length=40, initial="vial")
    unit_ml = forms.DecimalField(label="Volume of one", min_value=0, decimal_places=2, required=False)
    max_session_ml = forms.DecimalField(label="Most in one session", min_value=0, decimal_places=2, required=False)
    labelled_areas = forms.MultipleChoiceField(
        label="Areas on the label", required=False, widget=forms.CheckboxSelectMultiple
    )
    polarity = forms.ChoiceField(label="Polarity", choices=Polarity.choices, initial=Polarity.UNKNOWN)
    labelled_for_electro = forms.BooleanField(label="Labelled for electrical delivery", required=False)
    origin = forms.ChoiceField(label="Origin", choices=Origin.choices)
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["labelled_areas"].choices = [(r, r.capitalize()) for r in sorted(checks.regions())]  # type: ignore[attr-defined]
        rows = [("", "—"), *((row.id, f"{row.id} {row.label}") for row in content.ingredients().values())]
        for number in range(1, LINES + 1):
            needed = number == 1
            label = f"Ingredient {number}"
            self.fields[f"ingredient_{number}"] = forms.ChoiceField(label=label, choices=rows, required=needed)
            self.fields[f"strength_{number}"] = forms.CharField(
                label=f"Strength {number}", max_length=80, required=False
            )
        for tag in asked():
            self.fields[f"tag_{tag}"] = forms.ChoiceField(
                label=f"Contains {content.tags()[tag].label}?", choices=ANSWERS, required=False
            )

    def ingredient_lines(self) -> list[tuple[Any, Any]]:
        """Pairs of fields, one line each."""
        return [(self[f"ingredient_{n}"], self[f"strength_{n}"]) for n in range(1, LINES + 1)]

    def tag_fields(self) -> list[Any]:
        """The fields of the maker's answers."""
        return [self[f"tag_{tag}"] for tag in asked()]

    def values(self) -> dict[str, Any]:
        """Arguments of the service."""
        data = self.cleaned_data
        found = {name: data[name] for name in checks.PRODUCT_FIELDS}
        lines = [(data[f"ingredient_{n}"], data[f"strength_{n}"]) for n in range(1, LINES + 1)]
        found["ingredients"] = [{"id": code, "strength": strength} for code, strength in lines if code]
        found["tags"] = {tag: ANSWER_VALUES[data[f"tag_{tag}"]] for tag in asked()}
        return found

    @staticmethod
    def initial_of(product: Product) -> dict[str, Any]:
        """What an edit form starts with."""
        found: dict[str, Any] = {name: getattr(product, name) for name in checks.PRODUCT_FIELDS}
        rows = sorted(product.ingredients.all(), key=lambda row: row.position)
        for number, row in enumerate(rows[:LINES], start=1):
            found |= {f"ingredient_{number}": row.ingredient, f"strength_{number}": row.strength}
        words = {None: "", True: "yes", False: "no"}
        found |= {f"tag_{tag}": words[answer] for tag, answer in product.tag_answers.items()}
        return {**found, "version": product.version}


class DeviceForm(VersionForm):
    """A device, its checks, and its modes; ranges are one line each: mode, setting, lowest, highest."""

    kind = forms.ChoiceField(label="Kind", choices=DeviceKind.choices)
    make = forms.CharField(label="Make", max_length=80)
    model = forms.CharField(label="Model", max_length=80)
    serial = forms.CharField(label="Serial number", max_length=80)
    mark = forms.CharField(label="UKCA or CE mark", max_length=40, required=False)
    ifu_version = forms.CharField(label="Version of the instructions for use", max_length=40, required=False)
    modes = forms.MultipleChoiceField(
        label="Modes", choices=Mode.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    electrode_cm2 = forms.DecimalField(label="Electrode contact area", min_value=0, decimal_places=2, required=False)
    serviced_on = forms.DateField(label="Last service", required=False, widget=DateInput())
    service_due_on = forms.DateField(label="Next service", required=False, widget=DateInput())
    safety_tested_on = forms.DateField(label="Last electrical safety test", required=False, widget=DateInput())
    safety_test_due_on = forms.DateField(label="Next electrical safety test", required=False, widget=DateInput())
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def values(self) -> dict[str, Any]:
        """Arguments of the service."""
        return {name: self.cleaned_data[name] for name in checks.DEVICE_FIELDS}

    @staticmethod
    def initial_of(device: Device) -> dict[str, Any]:
        """What an edit form starts with."""
        return {**{name: getattr(device, name) for name in checks.DEVICE_FIELDS}, "version": device.version}


class RangeForm(forms.Form):
    """One range of a device as its maker states it."""

    mode = forms.ChoiceField(label="Mode", choices=Mode.choices)
    parameter = forms.ChoiceField(label="Setting")
    minimum = forms.DecimalField(label="Lowest", min_value=0, decimal_places=3)
    maximum = forms.DecimalField(label="Highest", min_value=0, decimal_places=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {row.parameter: f"{row.label} ({row.unit})" for row in content.electro_limits().values()}
        self.fields["parameter"].choices = list(rows.items())  # type: ignore[attr-defined]


class DepthLimitForm(forms.Form):
    """How deep a level may go with a technique in this clinic."""

    technique = forms.ChoiceField(label="Technique")
    level = forms.TypedChoiceField(label="Level", coerce=int, choices=[(n, f"Level {n}") for n in LEVELS])
    depth_mm = forms.DecimalField(label="Deepest", min_value=0, max_value=13, decimal_places=2)
    source = forms.CharField(label="What it rests on", max_length=200)
    force = forms.ChoiceField(label="Force", choices=Force.choices, initial=Force.CLINIC_POLICY)
    action = forms.ChoiceField(label="Beyond it", choices=Action.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.id, f"{row.id} {row.label}") for row in content.techniques().values() if row.depth_max_mm > 0]
        self.fields["technique"].choices = rows  # type: ignore[attr-defined]
