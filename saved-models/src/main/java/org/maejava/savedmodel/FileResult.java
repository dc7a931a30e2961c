package org.maejava.savedmodel;

import java.nio.file.Path;

/**
 * What became of one file of many: bad ones are reported and stop nothing.
 *
 * @param <T> what a model makes of an image
 */
public sealed interface FileResult<T> {

  /** The file. */
  Path file();

  /** It was read, and this is the model's answer. */
  record Success<T>(Path file, T value) implements FileResult<T> {}

  /** It could not be read. */
  record Failure<T>(Path file, String reason) implements FileResult<T> {}
}
