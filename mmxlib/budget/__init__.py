"""The best plan of spend: questions and their limits, answers, reasons, and what a target takes."""
