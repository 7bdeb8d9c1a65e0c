"""What one process keeps in memory: finished tiles and totals, bounded by bytes, oldest use first out."""

from collections.abc import Callable, Hashable
from threading import Lock, RLock
from typing import Any, Protocol, TypeVar

from cachetools import LRUCache
from django.conf import settings

#: What a key, a dictionary slot and an object's header take besides the content.
OVERHEAD = 400


class Sized(Protocol):
    @property
    def nbytes(self) -> int:
        """Return the memory that the content takes."""


SizedT = TypeVar("SizedT", bound=Sized)


class ByteCache:
    """A thread-safe cache that holds at most so many bytes; what is larger than that is not kept."""

    def __init__(self, maxsize: int) -> None:
        self._kept: LRUCache[Hashable, Any] = LRUCache(maxsize, getsizeof=lambda value: value.nbytes + OVERHEAD)
        self._lock = Lock()
        self._making = RLock()

    def get(self, key: Hashable) -> Any:
        """Return what is kept under `key`, or None."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, value: Sized) -> None:
        with self._lock:
            if value.nbytes + OVERHEAD <= self._kept.maxsize:
                self._kept[key] = value

    def get_or_make(self, key: Hashable, make: Callable[[], SizedT]) -> SizedT:
        """Return what is kept under `key`, else make and keep it.

        Only one thing is made at a time: a dozen tiles of a new view all wait for the same totals, and
        making them a dozen times over would make each a dozen times slower.
        """
        kept = self.get(key)
        if kept is None:
            with self._making:
                kept = self.get(key)
                if kept is None:
                    kept = make()
                    self.put(key, kept)
        return kept

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


KEPT = ByteCache(settings.LIMITS["TILE_CACHE_BYTES"])
