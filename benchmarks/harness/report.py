"""The results as Markdown: the targets first, then every workload."""

from __future__ import annotations

from peers import ALL as PEERS
from workloads import ALL as WORKLOADS

from .metrics import METRICS
from .results import Results, Run
from .statistics import Spread
from .targets import TARGETS

_BUSY_SHARE = 0.10
"""Other processes' share of the machine from which figures are called indicative."""

_INTRODUCTION = """\
# Results

Written by `benchmarks/run`; what each workload does is in [docs/performance.md](../../docs/performance.md). Client,
servers and upstream share the machine, so CPU (of the server alone, all its processes, from the kernel's accounts)
says more than wall time. Figures are medians of the rounds, taken in turn with the peers; ± is half their range.
“peak resident” includes pages of files that are mapped. “other processes' CPU” is the share of the machine that
neither server, upstream nor client used: 0 on a quiet machine.
"""


def render(results: Results) -> str:
    """The whole document."""
    parts = [_INTRODUCTION]
    busy = [name for name, run in results.runs.items() if others_share(run) > _BUSY_SHARE]
    if busy:
        parts.append(
            f"**Indicative only:** other processes used more than {_BUSY_SHARE:.0%} of the machine during {', '.join(busy)}.\n"
        )
    parts += ["## Targets\n", _targets(results)]
    for kind in WORKLOADS:
        if kind.name in results.runs:
            parts.append(_workload(kind.name, results.runs[kind.name], results))
    return "\n".join(parts)


def others_share(run: Run) -> float:
    """The median over the samples."""
    shares = [sample.figures["others_share"] for sample in run.samples if "others_share" in sample.figures]
    return Spread.of(shares).median if shares else 0.0


def _targets(results: Results) -> str:
    rows = []
    for verdict in (target.judge(results) for target in TARGETS):
        met = {True: "met", False: "**not met**", None: ""}[verdict.is_met]
        rows.append([verdict.what, verdict.target, verdict.figure, met])
    return _table(["what", "target", "figure", ""], rows)


def _workload(name: str, run: Run, results: Results) -> str:
    machine = run.machine
    parts = [
        f"## {run.title} (`{name}`)\n",
        f"{run.started}{', smoke run' if run.smoke else ''}. {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memoryGiB']} GiB, Linux {machine['kernel']}, {machine['system']}; load {machine['load']:.1f} at the start.\n",
    ]
    parts += [f"Not there: {peer} ({reason.splitlines()[0]})\n" for peer, reason in run.missing.items()]
    for case, title in run.cases.items():
        parts.append(f"### {title}\n")
        parts.append(_case(name, case, results))
    return "\n".join(parts)


def _case(workload: str, case: str, results: Results) -> str:
    titles = {kind.name: kind.title for kind in PEERS}
    given = results.figures(workload, case)
    figures = [name for name in METRICS if name in given]
    rows = []
    for peer in results.peers(workload, case):
        cells = [titles[peer]]
        for figure in figures:
            spread = results.spread(workload, case, peer, figure)
            cells.append(_cell(figure, spread) if spread else "")
        rows.append(cells)
    return _table(["", *(METRICS[figure].heading for figure in figures)], rows, numbers=True)


def _cell(figure: str, spread: Spread) -> str:
    text = METRICS[figure].text(spread.median)
    if spread.count > 1 and spread.relative >= 0.01:
        text += f" ± {spread.relative:.0%}"
    return text


def _table(head: list[str], rows: list[list[str]], numbers: bool = False) -> str:
    if not rows:
        return "(no results)\n"
    rule = ["---", *(["---:" if numbers else "---"] * (len(head) - 1))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows)) + "\n"
