"""A page for each code: what it means, why it matters and what to do, kept as Markdown beside this file."""
