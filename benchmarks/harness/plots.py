"""One SVG for each workload: bars with their spread, a panel for each case and figure. Needs nothing but text."""

from __future__ import annotations

from html import escape
from pathlib import Path

from peers import ALL as PEERS

from .metrics import METRICS
from .results import Results
from .statistics import Spread

_PLOTTED = (
    "requests_per_s",
    "gb_per_s",
    "total_s",
    "round_trips",
    "first_byte_ms",
    "p99_ms",
    "cpu_us_per_request",
    "cpu_s_per_gb",
    "resident_mb",
    "hit_p99_us",
    "publishes_per_s",
    "evictions_per_s",
    "start_ms",
)
_PANELS_A_CASE = 3
_BAR, _GAP, _LABEL, _WIDTH, _VALUE, _HEAD, _MARGIN = 16, 5, 150, 210, 80, 30, 16
_COLOURS = {"berth": "#1668b8", "direct": "#777777"}
_STYLE = "text{font:12px sans-serif;fill:#222}.h{font-weight:bold}.t{font-size:15px;font-weight:bold}"


def write(results: Results, directory: Path) -> None:
    """WORKLOAD.svg for each workload that has results."""
    for name in results.runs:
        (directory / f"{name}.svg").write_text(_draw(name, results))


def _draw(workload: str, results: Results) -> str:
    run = results.runs[workload]
    body: list[str] = []
    top = _MARGIN + 24
    columns = 1
    for case, title in run.cases.items():
        peers = results.peers(workload, case)
        given = set(results.figures(workload, case))
        figures = [figure for figure in _PLOTTED if figure in given][:_PANELS_A_CASE]
        if not peers or not figures:
            continue
        columns = max(columns, len(figures))
        body.append(f'<text class="h" x="{_MARGIN}" y="{top + 12}">{escape(title)}</text>')
        for column, figure in enumerate(figures):
            left = _MARGIN + column * (_LABEL + _WIDTH + _VALUE)
            body += _panel(workload, case, figure, peers, results, left, top + _HEAD - 8)
        top += _HEAD + 22 + len(peers) * (_BAR + _GAP) + 14
    width = 2 * _MARGIN + columns * (_LABEL + _WIDTH + _VALUE)
    title = f'<text class="t" x="{_MARGIN}" y="{_MARGIN + 8}">{escape(run.title)}</text>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" viewBox="0 0 {width} {top}">'
    background = f'<style>{_STYLE}</style><rect width="{width}" height="{top}" fill="white"/>'
    return "\n".join([head, background, title, *body, "</svg>"]) + "\n"


def _panel(
    workload: str, case: str, figure: str, peers: list[str], results: Results, left: int, top: int
) -> list[str]:
    titles = {kind.name: kind.title for kind in PEERS}
    spreads = {peer: results.spread(workload, case, peer, figure) for peer in peers}
    largest = max((spread.high for spread in spreads.values() if spread), default=0) or 1
    lines = [f'<text x="{left + _LABEL}" y="{top + 12}">{escape(METRICS[figure].heading)}</text>']
    y = top + 20
    for peer in peers:
        lines.append(f'<text x="{left}" y="{y + 12}">{escape(titles[peer])}</text>')
        spread = spreads[peer]
        if spread:
            lines += _bar(peer, figure, spread, largest, left + _LABEL, y)
        y += _BAR + _GAP
    return lines


def _bar(peer: str, figure: str, spread: Spread, largest: float, left: int, y: int) -> list[str]:
    def x(value: float) -> float:
        return left + max(0.0, value) / largest * _WIDTH

    middle = y + _BAR / 2
    colour = _COLOURS.get(peer, "#b8b8b8")
    return [
        f'<rect x="{left}" y="{y}" width="{x(spread.median) - left:.1f}" height="{_BAR}" fill="{colour}"/>',
        f'<path d="M{x(spread.low):.1f} {middle}H{x(spread.high):.1f}" stroke="#222"/>',
        f'<text x="{x(spread.high) + 5:.1f}" y="{y + 12}">{METRICS[figure].text(spread.median)}</text>',
    ]
