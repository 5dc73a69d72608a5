"""The verbs of aftercare."""

from aftercare.services.checking import record_check_in
from aftercare.services.closing import close_session
from aftercare.services.reports import report_reaction
from aftercare.services.sheets import acknowledge_sheet, compose_sheet, issue_sheet

__all__ = ["acknowledge_sheet", "close_session", "compose_sheet", "issue_sheet", "record_check_in", "report_reaction"]
