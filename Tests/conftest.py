"""What holds for all tests with a running Weir."""

import pytest

from terminal import private_folders


@pytest.fixture(autouse=True)
def own_folders(monkeypatch):
    """Engines that a test starts with its own environment share no revisions with any other."""
    for name, folder in private_folders().items():
        monkeypatch.setenv(name, folder)
