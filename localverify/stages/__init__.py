"""The steps of seeing: one file a back end, named kind_backend.py. Stages import no stage."""
