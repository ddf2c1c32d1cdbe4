"""What a press of a button does: decisions taken down, steps run, results put into the workbook."""
