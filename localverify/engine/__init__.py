"""Weights, the inference runtime and the table of stages."""
