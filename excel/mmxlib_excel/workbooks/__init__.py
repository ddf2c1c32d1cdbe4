"""The workbook as the stages see it: one port, an adapter for the open book and one for the file."""
