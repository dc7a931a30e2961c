package org.maejava.data.source;

import java.util.List;

/**
 * A list of examples with random access. Implementations are immutable and may be asked by many
 * threads at once.
 */
public interface Source {

  /** How many examples. */
  int size();

  /** The example at an index in {@code [0, size)}. */
  Example get(int index);

  /** The label of an example: index into {@link #classes()} or {@link Example#UNLABELLED}. */
  int label(int index);

  /** Class names by label; empty for unlabelled images. */
  List<String> classes();

  /** Folders beside those of {@link #classes()} in which there is no image: they are left out. */
  default List<String> emptyClasses() {
    return List.of();
  }

  /** One sentence for users: what the images are and where they come from. */
  String about();

  /** SHA-256, hexadecimal, of what identifies the examples; a pass resumes only on the same one. */
  String digest();

  /**
   * Where an example was before subsets were taken and labels renamed: what was computed from its
   * image alone can be kept under that.
   *
   * @param index in {@code [0, size)}
   */
  default Origin origin(int index) {
    return new Origin(this, index);
  }

  /** The examples at these indices, in this order. */
  default Source subset(int[] indices) {
    return new Subset(this, indices);
  }

  /**
   * A place in a source that is no view of another.
   *
   * @param source as it was opened
   * @param index there
   */
  record Origin(Source source, int index) {}
}
