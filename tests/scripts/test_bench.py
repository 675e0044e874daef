"""Every benchmark runs from end to end; how fast is not judged here."""

import pytest

from scripts.benchmarks.__main__ import NAMES, measure
from scripts.benchmarks.figures import as_markdown, as_text
from scripts.benchmarks.scale import QUICK


@pytest.mark.bench
def test_every_protocol_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # what is not here already is left out
    machine, figures = measure(NAMES, QUICK)
    assert machine
    assert {figure.protocol for figure in figures} == set(NAMES)
    assert len(as_text(figures).splitlines()) == len(figures) + 1
    assert len(as_markdown(figures).splitlines()) == len(figures) + 2
    assert len(capsys.readouterr().out.splitlines()) == len(figures)
