"""What users rely on, written down: names, order and kinds, never numbers.

A record is compared part by part, so that a failure names the file, sheet or key that changed. Where that is
meant, ``pytest --update-golden`` writes the records anew; the commit says why.
"""
