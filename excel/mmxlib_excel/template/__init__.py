"""The workbook that a user opens first: its layout drawn, its macros and its ribbon put in."""
