"""The drill is played, smaller than by hand."""

import subprocess
import sys


def test_what_was_recorded_before_the_loss_is_all_put_back() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.restoredrill", "--years", "1"], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("none lost, audited") == 2
