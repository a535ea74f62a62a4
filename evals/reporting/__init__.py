"""The report of a run: words, plots, page, summary."""
