"""Who lives downwind of a site."""

import numpy as np

from layers.planning.arrays import Floats


def downwind(
    sites: Floats, homes: Floats, persons: Floats, wind_from: float, reach: float, half_angle: float = 45.0
) -> Floats:
    """(C,) persons on whom smoke of each site falls, when the wind comes from `wind_from` degrees (90: the east).

    sites: (C, 2), homes: (H, 2) in metres east and north; persons: (H,). A home counts in full at the site and in
    the middle of the plume, less in proportion to its distance, not at all from `reach` metres on; to the side it
    counts by the cosine scaled to nothing at `half_angle` degrees.
    """
    if not len(sites) or not len(homes):
        return np.zeros(len(sites))
    towards = np.radians((wind_from + 180.0) % 360.0)
    away = homes[None, :, :] - sites[:, None, :]
    far = np.hypot(away[..., 0], away[..., 1])
    bearing = np.arctan2(away[..., 0], away[..., 1])
    aside = np.abs((bearing - towards + np.pi) % (2 * np.pi) - np.pi)
    share = np.clip(1 - far / reach, 0, 1) * np.clip(np.cos(aside / np.radians(half_angle) * np.pi / 2), 0, 1)
    share = np.where(aside >= np.radians(half_angle), 0.0, share)
    result: Floats = share @ persons
    return result
