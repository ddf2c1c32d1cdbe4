"""Macros from text: modules compressed into the project that Excel keeps in a workbook."""
