"""Reading codes: the first reader, and the second one for pictures in which it finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localverify.engine.registry import Toolbox
    from localverify.types import Barcode, BarcodeReader, Image


class CodeVerb:
    """Reads the codes of pictures."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox

    def read(self, images: Sequence[Image]) -> list[tuple[Barcode, ...]]:
        """The codes of each picture, in reading order; empty where there is none."""
        first: BarcodeReader = self._toolbox.stage("barcodes")
        found = list(first.run(images))
        second_name = self._toolbox.settings.stages.barcodes_second
        missed = [index for index, codes in enumerate(found) if not codes]
        if second_name and missed:
            second: BarcodeReader = self._toolbox.stage("barcodes", second_name)
            for index, codes in zip(missed, second.run([images[i] for i in missed]), strict=True):
                found[index] = codes
        return found
