"""Training the adapter of the embedded model: ``python -m evals.train``."""
