"""What reports are made of: a real run, beside the stories made by hand."""

from tests.cli.conftest import fitted_home

__all__ = ["fitted_home"]
