"""The LibreOffice of a test module."""

from collections.abc import Iterator

import pytest

from tests.libreoffice.desk import office_of_a_person
from tests.libreoffice.installed import with_libreoffice
from tests.libreoffice.office import Office, running_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Return a LibreOffice that lives as long as the module's tests."""
    with_libreoffice()
    with running_office(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(scope="module")
def persons_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Return a LibreOffice whose buttons keep their runs in a folder of the module's tests."""
    with_libreoffice()
    with office_of_a_person(tmp_path_factory.mktemp("person")) as running:
        yield running
