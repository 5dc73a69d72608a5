"""A tour of the demo clinic: which pages each role is shown, found by following the links that the role is given."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

from playwright.sync_api import BrowserContext

IDENTITY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")
LINK = re.compile(r'href="(/[^"#]*)')
CLIENT = tuple(
    f"/clients/*/{end}"
    for end in ("", "consultations/", "consent/", "courses/", "sessions/", "photos/", "aftercare/", "allergies/")
)
CONSULTATION = tuple(f"/consultations/*/{end}" for end in ("", "findings/", "skin/", "decision/", "plan/", "sign/"))

ON_THE_WAY = 3  # pages of one kind that are only followed for their links

# Person of the demo → the pages looked at in their hands, and how many of each kind where one does not show all.
TOURS: dict[str, dict[str, int]] = {
    "Ana Ferreira": {
        "/": 1, "/clients/": 1, "/clients/new/": 1, **dict.fromkeys(CLIENT, 1), "/clients/*/": 3,
        "/clients/*/edit/": 1, "/clients/*/visits/new/": 1, "/clients/*/consultations/start/": 1,
        "/clients/*/consent/*/": 2, **dict.fromkeys(CONSULTATION, 1), "/consultations/*/": 2,
        "/courses/": 1, "/courses/*/": 2, "/sessions/*/": 2, "/aftercare/sessions/*/": 1,
        "/aftercare/sheets/*/print/": 1, "/photos/*/": 1, "/log/mine/": 1,
        "/clients/*/tests/": 1, "/account/": 1, "/account/sessions/": 1, "/account/pin/": 1, "/account/password/": 1,
        "/account/app/": 1, "/account/passkeys/new/": 1,
    },
    "Rosa Devlin": {"/": 1, "/clients/*/": 1},
    "Lewis Gray": {"/evidence/": 1, "/evidence/portfolios/*/criteria/*/": 1, "/evidence/items/*/": 4,
                   "/evidence/observations/*/": 1, "/evidence/decisions/*/feedback/": 1},
    "Asha Menon": {"/evidence/": 1, "/evidence/learners/": 1, "/evidence/portfolios/*/": 1,
                   "/evidence/portfolios/*/entry/": 1, "/evidence/items/*/decide/": 1,
                   "/evidence/decisions/*/countersign/": 1},
    "Ingrid Larsen": {"/evidence/": 1, "/evidence/centres/*/": 1, "/evidence/samplings/*/": 1},
    "Lena Osei": {"/products/": 1, "/products/*/": 1, "/products/new/": 1, "/products/depth/": 1, "/lots/": 1,
                  "/devices/*/": 1, "/devices/new/": 1, "/clinic/": 1, "/clinic/content/": 1, "/clinic/content/*/": 1,
                  "/clinic/sites/*/kit/": 1, "/clients/*/": 1, "/clients/*/close-chart/": 1, "/log/clients/*/": 1},
    "Mark Whitfield": {"/clinic/": 1, "/clinic/sites/new/": 1, "/clinic/going-live/": 1, "/clinic/people/": 1,
                       "/clinic/people/*/": 1, "/clinic/people/invite/": 1, "/clinic/tablets/": 1,
                       "/clinic/tablets/enrol/": 1},
    "Dalia Nasser": {"/log/": 1, "/log/alarms/": 1, "/log/break-glass/": 1, "/log/clients/*/": 1, "/clinic/": 1,
                     "/erasures/": 1},
}  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """One page of a tour."""

    kind: str
    path: str

    @property
    def name(self) -> str:
        """A word for the page, fit for the name of a picture."""
        return re.sub(r"\W+", "-", self.kind).strip("-") or "today"


def kind_of(path: str) -> str:
    """A path with its identities left out: the kind of page."""
    plain = IDENTITY.sub("*", path.split("?", maxsplit=1)[0])
    return re.sub(r"/criteria/[^/]+/", "/criteria/*/", plain)


def find(context: BrowserContext, address: str, wanted: dict[str, int]) -> list[Stop]:
    """Follow links from the first page, breadth first, until no wanted kind of page is left to find."""
    queue, known, found = ["/", "/log/", "/log/mine/"], set[str](), Counter[str]()
    stops = []
    while queue:
        path = queue.pop(0)
        kind = kind_of(path)
        if path in known or found[kind] >= wanted.get(kind, ON_THE_WAY):
            continue
        known.add(path)
        if kind not in wanted and not any(other.startswith(kind) for other in wanted):
            continue
        answer = context.request.get(address + path)
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        found[kind] += 1
        if kind in wanted:
            stops.append(Stop(kind, path))
        queue += [unescape(link) for link in LINK.findall(answer.text())]
    return stops
