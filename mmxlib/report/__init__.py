"""Tables, charts, narrative, and the writers of reports, as bytes."""
