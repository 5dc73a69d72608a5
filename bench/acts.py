"""`bench acts`: the running app under gunicorn, debug off, against the floor in the same process.

Prints, for each act, the ratio of CPU to the floor's with its aim (reads 2, a 50-row page 1.5, writes 3), CPU
milliseconds, statements and bytes. Rounds alternate, so that a busy machine slows both. Nothing is asserted.

The floor passes the same middleware and sign-in, makes one query and answers with as many bytes; what it has no rows
for is one string, so a long page is compared with less templating than any real page of its length needs: the ratio
of long pages is an upper bound. For writes the floor writes plain rows in one transaction, as many as the act has
writing statements (its own rows, history, log, sign-in session); it reads nothing and answers nothing, while the act
also answers with the new state.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.drive import Browser, Cost, Request, measure
from bench.targets import Target, prepare
from tests.site import Site


@dataclass(frozen=True)
class Line:
    """One act and its floor."""

    target: Target
    act: Cost
    floor: Cost

    def __str__(self) -> str:
        ratio = self.act.cpu_ms / max(self.floor.cpu_ms, 0.1)
        act, floor, said = self.act, self.floor, "ok  " if ratio <= self.target.aim else "over"
        return (
            f"{said} {self.target.name:<30} {ratio:5.2f}x (aim {self.target.aim:.1f})  cpu {act.cpu_ms:6.1f} ms "
            f"(floor {floor.cpu_ms:5.1f})  sql {act.statements:3d} (floor {floor.statements})  "
            f"wall {act.wall_ms:6.1f} ms  {act.size / 1000:6.1f} kB  status {act.status}"
            + (f"  floor writes {act.writes} plain rows" if self.target.writes else "")
        )


def middle(costs: list[Cost]) -> Cost:
    """The median of some rounds."""
    last = costs[-1]
    return Cost(
        median(c.wall_ms for c in costs),
        median(c.cpu_ms for c in costs),
        last.statements,
        last.size,
        last.status,
        last.writes,
    )


def compare(browser: Browser, pid: int, target: Target, *, rounds: int, times: int) -> Line:
    """Act and floor by turns."""
    probe = measure(browser, pid, target.request, 1)
    path = (
        f"/bench/floor/write/?rows={max(probe.writes, 1)}"
        if target.writes
        else f"/bench/floor/?rows={target.rows}&bytes={probe.size}"
    )
    floor = Request(path, "POST" if target.writes else "GET", {} if target.writes else None)
    measure(browser, pid, floor, 3)
    acts, floors = [], []
    for _ in range(rounds):
        acts.append(measure(browser, pid, target.request, times))
        floors.append(measure(browser, pid, floor, times))
    return Line(target, middle(acts), middle(floors))


def run(folder: Path, *, rounds: int, times: int, keep: bool) -> None:
    """Prepare a site, drive it, print."""
    site = Site(folder, settings="bench.settings")
    if not (keep and (site.folder / "mesorecord.sqlite3").exists()):
        print("· preparing a demo clinic for the bench", flush=True)
        site.prepare()
    targets, email, password = prepare(site)
    site.start()
    try:
        assert site.process is not None
        browser = Browser(site.port)
        browser.sign_in(email, password)
        for target in targets:
            print(compare(browser, site.process.pid, target, rounds=rounds, times=times), flush=True)
    finally:
        site.stop()
