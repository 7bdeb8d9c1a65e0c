"""What the solver's process does for siting: a study's inputs as they were frozen, and the file of the heights."""

from layers.planning.siting.heights import Heights
from layers.planning.watch import Watch

from .answer import Answer, answer
from .inputs import thaw


def site(frozen: bytes, heights: str | None, watch: Watch | None = None) -> Answer:
    """Answer a study. heights: path of its elevation model, a GeoTIFF. Raises as `answer.answer`."""
    inputs = thaw(frozen)
    return answer(inputs, Heights(heights, inputs.plane) if heights else None, watch or Watch())
