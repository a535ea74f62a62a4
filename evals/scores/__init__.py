"""Scores of a run: observations, measures, intervals, slices."""
