package org.maejava.data.source;

import com.google.common.io.ByteSource;
import org.maejava.data.image.Image;

/** One image of a {@link Source} with its label, before anything was decoded. */
public sealed interface Example {

  /** The label of an image that has none. */
  int UNLABELLED = -1;

  /** What messages call it: its path from the source's folder on, or its number. */
  String name();

  /** Index into {@link Source#classes()}, or {@link #UNLABELLED}. */
  int label();

  /**
   * A compressed image, JPEG or PNG say.
   *
   * @param name path, from the source's folder on
   * @param label class index
   * @param bytes the whole file, read when asked for
   */
  record Encoded(String name, int label, ByteSource bytes) implements Example {}

  /**
   * An image that is held in memory as it is.
   *
   * @param name its number in the file
   * @param label class index
   * @param image the pixels
   */
  record Raw(String name, int label, Image image) implements Example {}
}
