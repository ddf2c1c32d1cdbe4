"""What stands where in the workbook, as values: the template draws it, all else finds its cells by it."""
