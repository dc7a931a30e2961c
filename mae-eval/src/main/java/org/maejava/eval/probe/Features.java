package org.maejava.eval.probe;

import java.util.List;
import org.maejava.proto.UnreadableImage;

/**
 * The features of images, in the images' order, and their labels.
 *
 * @param rows {@code [N][D]}
 * @param labels {@code [N]}, class indices
 * @param names as records call the images
 * @param unreadable images that are not among them
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
public record Features(
    float[][] rows, int[] labels, List<String> names, List<UnreadableImage> unreadable) {

  /** How many images. */
  public int size() {
    return rows.length;
  }

  /** Values in a row. */
  public int width() {
    return rows[0].length;
  }
}
