"""Ids, requests, keys and blobs that outlive a process."""
