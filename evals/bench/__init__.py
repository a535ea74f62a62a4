"""Benchmarks: quality and speed, each printed by one command."""
