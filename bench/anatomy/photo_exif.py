"""Invented EXIF for the synthetic photographs."""

from __future__ import annotations

from PIL import ExifTags, Image


def exif_block(orientation: int, taken: str) -> Image.Exif:
    """Invented camera, time and place."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Artificial Optics"
    exif[ExifTags.Base.Model] = "Mannequin One (synthetic)"
    exif[ExifTags.Base.Software] = "demo_photos.py"
    exif[ExifTags.Base.ImageDescription] = "Synthetic rendering; no person depicted"
    exif[ExifTags.Base.DateTime] = taken
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = taken
    detail[ExifTags.Base.ExposureTime] = 1 / 125
    detail[ExifTags.Base.FNumber] = 8.0
    detail[ExifTags.Base.ISOSpeedRatings] = 100
    detail[ExifTags.Base.BodySerialNumber] = "SYNTHETIC-0001"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "S"
    place[ExifTags.GPS.GPSLatitude] = (48.0, 52.0, 36.0)
    place[ExifTags.GPS.GPSLongitudeRef] = "W"
    place[ExifTags.GPS.GPSLongitude] = (123.0, 23.0, 36.0)
    return exif
