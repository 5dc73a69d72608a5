"""Shape of what people type on the desk's pages. What a value may be clinically is decided by the services."""

from clinic.forms.clients import ClientForm, NewClientForm, SearchForm
from clinic.forms.house import KitCheckForm, SiteForm
from clinic.forms.versions import VersionForm
from clinic.forms.visits import VisitForm

__all__ = [
    "ClientForm",
    "KitCheckForm",
    "NewClientForm",
    "SearchForm",
    "SiteForm",
    "VersionForm",
    "VisitForm",
]
