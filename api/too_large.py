"""A request that is larger than the setting allows."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from gisreg.said import Said, both


class TooLargeError(HTTPException):
    """The request is too large. An HTTPException: only that is let through where a body is read."""

    def __init__(self, limit_kb: int, setting: str) -> None:
        """Keep what is wrong and what to do; `setting` is the one that says how large a request may be."""
        self.said: Said = both(
            f"Yêu cầu lớn hơn {limit_kb:,} kB.".replace(",", "."),
            f"The request is larger than {limit_kb:,} kB.",
        )
        self.advice: Said = both(
            f"Hãy gửi ít hơn mỗi lần; người quản trị có thể tăng {setting}.",
            f"Send less at once; the administrator can raise {setting}.",
        )
        super().__init__(413, self.said.en)
