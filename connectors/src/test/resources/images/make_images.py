"""Makes the images of this folder, and what is to be seen in each.

Run with Pillow 12 in this folder: ``python make_images.py``. For each image it writes
``<image>.rgb``: its red, green and blue bytes, row by row, as Pillow decodes them,
turned as Exif says and on white. Pillow is the independent source of the tests'
expectations: it shares no decoder of these formats with Java.
"""

from pathlib import Path

from PIL import Image, ImageCms, ImageOps

WIDTH, HEIGHT = 24, 16
ORIENTATION = 0x0112


def picture(mode="RGB"):
    """Smooth colours, so that lossy formats keep them."""
    image = Image.new("RGBA", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            alpha = 255 * x // (WIDTH - 1) if mode == "RGBA" else 255
            color = (4 * x + 60, 5 * y + 60, 200 - 2 * x - 2 * y, alpha)
            image.putpixel((x, y), color)
    return image if mode == "RGBA" else image.convert(mode)


def rotated():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return exif


def without_segment(jpeg, marker):
    at = 2
    while jpeg[at + 1] != 0xDA:
        size = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] == marker:
            return jpeg[:at] + jpeg[at + size :]
        at += size
    return jpeg


def write_jpegs():
    picture("CMYK").save("cmyk-adobe.jpg", quality=95)
    cmyk = Path("cmyk-adobe.jpg").read_bytes()
    Path("cmyk-plain.jpg").write_bytes(without_segment(cmyk, 0xEE))
    # The byte behind the Adobe marker's flags: the same samples, taken for YCCK.
    adobe = cmyk.index(b"Adobe")
    ycck = cmyk[: adobe + 11] + b"\2" + cmyk[adobe + 12 :]
    Path("ycck-adobe.jpg").write_bytes(ycck)
    picture().save("plain.jpg", quality=95, subsampling=0)
    # With neither JFIF nor Adobe marker, and components 1, 2, 3 that are not subsampled.
    plain = Path("plain.jpg").read_bytes()
    Path("no-jfif.jpg").write_bytes(without_segment(plain, 0xE0))
    Path("plain.jpg").unlink()


def write_webps():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture().save("lossy.webp", quality=95)
    picture().save("lossless.webp", lossless=True)
    picture("RGBA").save("lossless-alpha.webp", lossless=True, exact=True)
    picture("RGBA").save("lossy-alpha.webp", quality=95)
    picture().save("profile.webp", lossless=True, icc_profile=profile)
    picture().save("turned.webp", lossless=True, exif=rotated())
    # Large and of one colour, for what is measured in rows and not in pixels.
    Image.new("RGB", (400, 400), "teal").save("large.webp", quality=50)
    Image.new("RGB", (4000, 4000), "teal").save("huge.webp", quality=50)
    second = Image.new("RGB", (WIDTH, HEIGHT), "red")
    picture().save(
        "animated.webp", lossless=True, save_all=True, append_images=[second]
    )


def write_gifs():
    palette = picture().quantize(64)
    palette.save("first.gif", save_all=True, append_images=[Image.new("P", palette.size)])
    palette.info.pop("transparency", None)
    palette.save("transparent.gif", transparency=palette.getpixel((5, 5)))
    palette.save("offset.gif")
    # The screen becomes larger than the frame, which moves to (3, 2).
    gif = bytearray(Path("offset.gif").read_bytes())
    gif[6:10] = bytes([WIDTH + 6, 0, HEIGHT + 5, 0])
    frame = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    assert gif[frame] == 0x2C
    gif[frame + 1 : frame + 5] = bytes([3, 0, 2, 0])
    Path("offset.gif").write_bytes(gif)


def write_tiffs():
    picture().save("lzw.tif", compression="tiff_lzw")
    picture().save("deflate.tif", compression="tiff_adobe_deflate")
    picture().save("jpeg.tif", compression="jpeg", quality=95)
    picture("RGBA").save("alpha.tif")
    picture("CMYK").save("cmyk.tif")
    picture("L").save("grey.tif")
    picture().quantize(64).save("palette.tif")
    picture("1").save("bilevel.tif", compression="group4")
    picture().save("turned.tif", exif=rotated())
    Image.new("1", (4000, 4000)).convert("L").convert("RGB").save(
        "huge.tif", compression="tiff_adobe_deflate"
    )
    picture().save("pages.tif", save_all=True, append_images=[Image.new("RGB", (5, 5))])


def write_bmps():
    picture().save("rgb.bmp")
    picture().quantize(64).save("palette.bmp")
    picture("L").save("grey.bmp")


def expect(path):
    image = ImageOps.exif_transpose(Image.open(path))
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGB" if image.mode == "CMYK" else "RGBA").convert("RGBA"))
    Path(path.name + ".rgb").write_bytes(white.convert("RGB").tobytes())


if __name__ == "__main__":
    for write in (write_jpegs, write_webps, write_gifs, write_tiffs, write_bmps):
        write()
    for path in sorted(Path(".").iterdir()):
        if path.stem not in ("large", "huge") and path.suffix in (".jpg", ".webp", ".gif", ".tif", ".bmp"):
            expect(path)
