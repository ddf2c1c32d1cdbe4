"""The workbook: sheets, macros and the bridge between Excel and mmxlib."""
