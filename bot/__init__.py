"""Answering with excerpts cited word for word: HTTP API, chat page, command line."""
