"""Sites of every alternative as GeoJSON."""

from typing import Any

from .seen import Seen


def collection(seen: Seen) -> dict[str, Any]:
    """Return a FeatureCollection of the sites of all alternatives, each with the alternative it belongs to."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [site["lon"], site["lat"]]},
            "properties": properties(seen, one, site),
        }
        for one in seen.alternatives
        for site in one["sites"]
    ]
    return {"type": "FeatureCollection", "name": f"siting-{seen.study.pk}", "features": features}


def properties(seen: Seen, one: dict[str, Any], site: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in site.items() if name not in ("lon", "lat", "candidate", "hamlet")}
    made = {"alternative": one["code"], "alternative_title": one["title"]} | kept
    if "hamlet" in site:
        made["hamlet"] = seen.result["hamlets"][site["hamlet"]]["name"]
    if "qcvn_61" in one:
        made["qcvn_61_compliant"] = False
    return made
