"""Renders fictitious identity documents and photographs them, with the full truth about what is where.

Every person, number and address is made up, and every document says SPECIMEN. The same arguments give the
same pixels, as long as the same fonts and the same versions of Pillow and OpenCV are installed.
"""

from __future__ import annotations

from specimens.camera import photograph
from specimens.layout import document_types, sides
from specimens.options import Damage, Effect, PhotoOptions, Quality, Recapture, Split, Tampering
from specimens.render import render
from specimens.truth import CodeTruth, FieldTruth, Line, MrzTruth, Scene, SceneTruth, Specimen, Truth

__all__ = [
    "CodeTruth",
    "Damage",
    "Effect",
    "FieldTruth",
    "Line",
    "MrzTruth",
    "PhotoOptions",
    "Quality",
    "Recapture",
    "Scene",
    "SceneTruth",
    "Specimen",
    "Split",
    "Tampering",
    "Truth",
    "document_types",
    "photograph",
    "render",
    "sides",
]
