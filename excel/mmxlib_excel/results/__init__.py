"""What a run found, as changes of the workbook's result sheets."""
