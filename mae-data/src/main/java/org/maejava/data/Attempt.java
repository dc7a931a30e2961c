package org.maejava.data;

import org.maejava.proto.UnreadableImage;

/** What became of an image that was to be read. */
sealed interface Attempt {

  /** It was read. */
  record Success(Sample sample) implements Attempt {}

  /** It could not be decoded; its neighbours may be. */
  record Failure(UnreadableImage image) implements Attempt {}
}
