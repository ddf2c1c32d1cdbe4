"""The sheets of the Excel reports, a file per family."""
