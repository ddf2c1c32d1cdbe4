"""Lends LibreOffice's modules, and the engine for xlwings, to every Python that the tests start.

LibreOffice's bridge belongs to the distribution's Python. Only its own three modules are lent: a whole
folder of the distribution would bring an old numpy with it. Nothing is imported here; a process that never
uses xlwings or LibreOffice starts as fast as ever.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

PIPE = "MMX_LIBREOFFICE_PIPE"
FOLDERS = {
    "uno": ("/usr/lib/python3/dist-packages", "/usr/lib64/python3/site-packages"),
    "unohelper": ("/usr/lib/python3/dist-packages", "/usr/lib64/python3/site-packages"),
    "pyuno": ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program"),
}


class LentModules(importlib.abc.MetaPathFinder):
    """Finds the modules of LibreOffice's bridge where distributions put them."""

    def find_spec(self, fullname, path, target=None):
        folders = FOLDERS.get(fullname)
        return importlib.machinery.PathFinder.find_spec(fullname, list(folders)) if folders else None


class EngineAfterXlwings(importlib.abc.MetaPathFinder):
    """Registers the engine as soon as xlwings is imported."""

    def find_spec(self, fullname, path, target=None):
        if fullname != "xlwings":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None:
            spec.loader = ThenRegister(spec.loader)
        return spec


class ThenRegister(importlib.abc.Loader):
    """Loads a module as its own loader does, then registers the engine."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        from tests.libreoffice.engine import register

        register(os.environ[PIPE])


sys.meta_path.append(LentModules())
if os.environ.get(PIPE):
    sys.meta_path.insert(0, EngineAfterXlwings())
