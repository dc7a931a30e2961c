package org.maejava.data.image;

/**
 * How much more of a JPEG than a box is decoded so that the box's pixels are those of the whole
 * image: chroma is interpolated between neighbours, and at the edge of what is decoded there are
 * none.
 */
final class JpegMargin {

  /** One block of the coarsest chroma sampling that is in use. */
  private static final int MARGIN = 16;

  private JpegMargin() {}

  static Box around(Box box, ImageHeader header) {
    int top = Math.max(0, box.top() - MARGIN);
    int left = Math.max(0, box.left() - MARGIN);
    int bottom = Math.min(header.height(), box.top() + box.height() + MARGIN);
    int right = Math.min(header.width(), box.left() + box.width() + MARGIN);
    return new Box(top, left, bottom - top, right - left);
  }
}
