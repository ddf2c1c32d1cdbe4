"""What holds for all tests."""

import signal

import pytest

from tests.golden.record import Record

# A shell's background job ignores interrupts, and so would every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let records of what users rely on be written anew."""
    parser.addoption("--update-golden", action="store_true", help="write the records in tests/golden anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Record:
    """The records of what users rely on."""
    return Record(bool(request.config.getoption("--update-golden")))
