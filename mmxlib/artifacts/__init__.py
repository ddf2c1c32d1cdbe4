"""Frozen results that flow between agents: nouns.

A field is one of: ``str``, ``int``, ``float``, ``bool``, ``None``, a ``StrEnum``, a ``datetime.date``, a
tuple or a string-keyed mapping of these, a numpy array, a pandas frame (columns of numbers, text, booleans or
days), or another frozen dataclass of these. So every artifact is stored as JSON and npz, and never as a
pickle.
"""
