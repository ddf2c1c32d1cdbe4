"""Editing a workbook without Excel: named cells change, every other part stays byte for byte."""
