"""Asking the real vendor, when the operator allows it. Nothing here runs by default."""
