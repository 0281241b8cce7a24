"""One picture: read with limits, what its camera says, copies without that."""

from __future__ import annotations

import hashlib
import io
import math
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from gisreg.errors import InvalidInputError
from gisreg.said import both
from gisreg.settings import get_settings

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 30 << 20
MAX_PIXELS = 60_000_000
"""More than any phone's camera makes; a picture that unpacks to more is refused before it is unpacked."""

_SMALLER = both("Hãy gửi bản nhỏ hơn.", "Send a smaller copy.")

SHOWN_PX = 2_048
THUMB_PX = 320


@dataclass(frozen=True)
class Picture:
    """What is known of a picture: digest of the file, size as shown, and what the camera says.

    `position` is (longitude, latitude) in EPSG:4326; `heading_deg` where the camera looked, from north.
    """

    sha256: str
    width_px: int
    height_px: int
    taken_at: datetime | None
    position: tuple[float, float] | None
    heading_deg: float | None


def read(name: str, content: bytes) -> tuple[Picture, bytes, bytes]:
    """Return a picture, the copy that is shown and the thumbnail: JPEG, turned upright, without EXIF.

    Raises:
        InvalidInputError: it is too large, torn, or no JPEG, PNG or WebP.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInputError(
            both(f"{name}: lớn hơn {MAX_BYTES >> 20} MB.", f"{name}: is larger than {MAX_BYTES >> 20} MB."),
            hint=both("Hãy gửi ảnh như điện thoại đã chụp.", "Send the photo as the phone made it."),
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MAX_PIXELS:
                    raise InvalidInputError(
                        both(
                            f"{name}: có {width} x {height} điểm ảnh; nhiều nhất đọc được {MAX_PIXELS}.",
                            f"{name}: has {width:,} x {height:,} pixels; up to {MAX_PIXELS:,} are read.",
                        ),
                        hint=_SMALLER,
                    )
                exif = opened.getexif()
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidInputError(
            both(f"{name}: có quá nhiều điểm ảnh.", f"{name}: has too many pixels."), hint=_SMALLER
        ) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise InvalidInputError(
            both(
                f"{name}: không phải là ảnh JPEG, PNG hoặc WebP nguyên vẹn.",
                f"{name}: is no whole JPEG, PNG or WebP picture.",
            ),
            hint=both("Hãy chép lại từ máy ảnh.", "Copy it from the camera again."),
        ) from error
    picture = Picture(
        hashlib.sha256(content).hexdigest(),
        *upright.size,
        _taken_at(exif),
        _position(exif),
        _number(exif.get_ifd(ExifTags.IFD.GPSInfo).get(ExifTags.GPS.GPSImgDirection), 0, 360),
    )
    return picture, _copy(upright, SHOWN_PX), _copy(upright, THUMB_PX)


def _copy(picture: Image.Image, longest_px: int) -> bytes:
    small = picture.copy()
    small.thumbnail((longest_px, longest_px))
    made = io.BytesIO()
    # A new image has none of the metadata that the file had.
    bare = Image.new("RGB", small.size)
    bare.paste(small)
    bare.save(made, "JPEG", quality=85, optimize=True)
    return made.getvalue()


def _taken_at(exif: Image.Exif) -> datetime | None:
    """Return when the picture was taken; a camera without a time zone is in that of the registry."""
    said = exif.get_ifd(ExifTags.IFD.Exif)
    text = str(said.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "")
    offset = str(said.get(ExifTags.Base.OffsetTimeOriginal) or "")
    try:
        moment = datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    try:
        hours, _, minutes = offset.strip("\x00 ").partition(":")
        zone = timezone(timedelta(hours=int(hours), minutes=int(f"{hours[0]}{minutes}")))
    except (ValueError, IndexError):
        return moment.replace(tzinfo=ZoneInfo(get_settings().timezone))
    return moment.replace(tzinfo=zone)


def _position(exif: Image.Exif) -> tuple[float, float] | None:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    lat = _angle(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S", 90)
    lon = _angle(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W", 180)
    if lat is None or lon is None or (lat == 0 and lon == 0):  # phones without a fix write zeros
        return None
    return lon, lat


def _angle(parts: object, ref: object, negative: str, most: float) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    numbers = [_number(part, 0, 361) for part in parts]
    if any(number is None for number in numbers):
        return None
    degrees, minutes, seconds = (float(number or 0) for number in numbers)
    value = degrees + minutes / 60 + seconds / 3600
    if value > most:
        return None
    return -value if str(ref).strip("\x00 ").upper() == negative else value


def _number(value: object, least: float, below: float) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) and least <= number < below else None
