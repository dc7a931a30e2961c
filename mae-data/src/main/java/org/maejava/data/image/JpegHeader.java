package org.maejava.data.image;

import static org.maejava.data.image.ImageHeader.require;

import org.maejava.data.image.ImageHeader.Format;

/** The markers of a JPEG up to its frame header (ITU-T T.81, annex B). */
final class JpegHeader {

  /**
   * Scans of a progressive JPEG beyond which it is refused; encoders write about ten. Each scan
   * passes over all pixels, so a small file could otherwise take minutes.
   */
  static final int MAX_SCANS = 100;

  /** Pixels times scans beyond which it is refused: decoding would take half a minute and more. */
  private static final long MAX_PASSED = 2_000_000_000L;

  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int PROGRESSIVE = 0xc2;
  private static final int LOSSLESS = 0xc3;

  private JpegHeader() {}

  static ImageHeader read(byte[] bytes) throws UnreadableImageException {
    int at = 2;
    while (true) {
      while (at < bytes.length && at(bytes, at) != 0xff) {
        at++;
      }
      while (at < bytes.length && at(bytes, at) == 0xff) {
        at++;
      }
      require(at + 2 < bytes.length, "the JPEG ends before its frame header");
      int marker = at(bytes, at++);
      if (isFrame(marker)) {
        require(at + 7 < bytes.length, "the JPEG ends within its frame header");
        require(
            marker != PROGRESSIVE || scans(bytes, at) <= MAX_SCANS,
            "the progressive JPEG has more than %s scans",
            MAX_SCANS);
        long pixels = (long) twoBytes(bytes, at + 3) * twoBytes(bytes, at + 5);
        require(
            marker != PROGRESSIVE || pixels * scans(bytes, at) <= MAX_PASSED,
            "the progressive JPEG has %s scans of %s pixels; at most %s are passed over",
            scans(bytes, at),
            pixels,
            MAX_PASSED);
        return new ImageHeader(
            Format.JPEG,
            twoBytes(bytes, at + 3),
            twoBytes(bytes, at + 5),
            marker != LOSSLESS && at(bytes, at + 2) == 8);
      }
      require(marker != START_OF_SCAN && marker != END_OF_IMAGE, "the JPEG has no frame header");
      at += hasLength(marker) ? Math.max(2, twoBytes(bytes, at)) : 0;
    }
  }

  /**
   * Whether the end is marked behind the last scan. Without that, some of it may be missing, which
   * shows only if all of it is decoded.
   */
  static boolean isWhole(byte[] bytes) {
    for (int at = bytes.length - 2; at >= 0; at--) {
      if (at(bytes, at) == 0xff && at(bytes, at + 1) == END_OF_IMAGE) {
        return true;
      }
      if (at(bytes, at) == 0xff && at(bytes, at + 1) == START_OF_SCAN) {
        return false;
      }
    }
    return false;
  }

  /** Counted by their markers, which cannot occur within compressed data. */
  private static int scans(byte[] bytes, int from) {
    int scans = 0;
    for (int at = from; at + 1 < bytes.length; at++) {
      if (at(bytes, at) == 0xff && at(bytes, at + 1) == START_OF_SCAN) {
        scans++;
      }
    }
    return scans;
  }

  /** SOF0 to SOF15 without the tables (DHT, DAC) and the reserved code among them. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** All but TEM, RST0 to RST7, SOI, EOI and the stuffed zero. */
  private static boolean hasLength(int marker) {
    return marker > 0x01 && (marker < 0xd0 || marker > END_OF_IMAGE);
  }

  private static int at(byte[] bytes, int at) {
    return bytes[at] & 0xff;
  }

  private static int twoBytes(byte[] bytes, int at) {
    return at(bytes, at) << 8 | at(bytes, at + 1);
  }
}
