"""Shape of what people type on the desk's pages. What a value may be clinically is decided by the services."""

from clinic.forms.clients import AllergyForm, ClientForm, CorrectionForm, NewClientForm, SearchForm
from clinic.forms.house import KitCheckForm, SiteForm
from clinic.forms.versions import VersionForm, version_rows
from clinic.forms.visits import VisitForm

__all__ = [
    "AllergyForm",
    "ClientForm",
    "CorrectionForm",
    "KitCheckForm",
    "NewClientForm",
    "SearchForm",
    "SiteForm",
    "VersionForm",
    "VisitForm",
    "version_rows",
]
