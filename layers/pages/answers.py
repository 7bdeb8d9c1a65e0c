"""JSON answers of the pages. They depend on who asks, so nothing between may keep them."""

from typing import Any

from django.http import JsonResponse


def answer(content: Any, status: int = 200) -> JsonResponse:
    response = JsonResponse(content, status=status, safe=False, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-store"
    return response
