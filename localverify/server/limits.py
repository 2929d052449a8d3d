"""How many requests a key may send a minute."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter


class RateLimits:
    """Counts the requests of every key, in memory, over a sliding minute."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def allow(self, vendor: str, identifier: str, per_minute: int) -> bool:
        """Counts one request; False when the minute's are spent. 0 a minute means no limit."""
        return per_minute == 0 or self._limiter.hit(RateLimitItemPerMinute(per_minute), vendor, identifier)
