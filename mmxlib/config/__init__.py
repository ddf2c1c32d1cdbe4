"""The settings of a run: a table of contents over the agents' settings, kept in five YAML files."""

from mmxlib.config.contents import Config, revised, schema, settled
from mmxlib.config.described import Description, descriptions
from mmxlib.config.fitting_data import check_channels
from mmxlib.config.folder import read_config, write_config
from mmxlib.config.writing import config_files

__all__ = [
    "Config",
    "Description",
    "check_channels",
    "config_files",
    "descriptions",
    "read_config",
    "revised",
    "schema",
    "settled",
    "write_config",
]
