"""What a person typed: sheets to settings and panel, and faults back to their cells."""
