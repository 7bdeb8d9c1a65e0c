"""The OpenAPI 3.0 document of the OGC interface (17-069r4 asks every server to describe itself)."""

from typing import Any

from layers.errors import Malformed, NotFound, TooSlow

_BOX = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}


def _query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, **more}


def _path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _get(summary: str, media_type: str, parameters: list[dict[str, Any]], schema: str) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    failures = (Malformed, NotFound, TooSlow)
    return {
        "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": {
                    "description": summary,
                    "content": {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
                }
            }
            | {str(error.status): {"description": str(error.title), "content": problem} for error in failures},
        }
    }


def describe(root: str, slugs: list[str], limit: int, most: int) -> dict[str, Any]:
    """Return the document of the interface at `root` with the collections that the viewer may see.

    `limit` features make a page unless more are asked for, and at most `most`. QGIS and GDAL look for both
    where the standard's own example has them: at components/parameters/limit.
    """
    parameters = {
        "bbox": _query("bbox", _BOX, style="form", explode=False),
        "datetime": _query("datetime", {"type": "string"}, description="The year of its end stands for `year`"),
        "year": _query("year", {"type": "integer"}, description="Rows as they stood at the end of this year"),
        "limit": _query("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": limit}),
        "offset": _query("offset", {"type": "integer", "minimum": 0, "default": 0}),
        "after": _query("after", {"type": "integer", "minimum": 0}, description="Rows with larger ids: the next page"),
        "collectionId": _path("collectionId", {"type": "string", "enum": slugs}),
        "featureId": _path("featureId", {"type": "integer"}),
    }

    def refer(*names: str) -> list[dict[str, Any]]:
        return [{"$ref": f"#/components/parameters/{name}"} for name in names]

    plain, geo = "application/json", "application/geo+json"
    here = "/collections/{collectionId}"
    filters = refer("collectionId", "bbox", "datetime", "year", "limit", "offset", "after")
    return {
        "openapi": "3.0.3",
        "info": {"title": "gis-ntm", "version": "1"},
        "servers": [{"url": root}],
        "paths": {
            "/": _get("Landing page", plain, [], "document"),
            "/conformance": _get("Conformance", plain, [], "document"),
            "/collections": _get("Collections", plain, [], "document"),
            here: _get("One collection", plain, refer("collectionId"), "document"),
            f"{here}/items": _get("Features", geo, filters, "featureCollection"),
            f"{here}/items/{{featureId}}": _get(
                "One feature", geo, refer("collectionId", "featureId", "year"), "feature"
            ),
        },
        "components": {"parameters": parameters, "schemas": _SCHEMAS},
    }


_SCHEMAS: dict[str, Any] = {
    "document": {"type": "object"},
    "problem": {
        "type": "object",
        "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                       "detail": {"type": "string"}},
    },
    "feature": {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "integer"},
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object", "nullable": True},
            "links": {"type": "array", "items": {"type": "object"}},
        },
    },
    "featureCollection": {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "links": {"type": "array", "items": {"type": "object"}},
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    },
}  # fmt: skip
