package org.maejava.data.source;

import java.util.List;

/**
 * An empty source: the evaluation half of images that have none.
 *
 * @param about why there are none
 */
public record Nothing(String about) implements Source {

  @Override
  public int size() {
    return 0;
  }

  @Override
  public Example get(int index) {
    throw new IndexOutOfBoundsException("there is no example " + index + ": " + about);
  }

  @Override
  public int label(int index) {
    throw new IndexOutOfBoundsException("there is no example " + index + ": " + about);
  }

  @Override
  public List<String> classes() {
    return List.of();
  }

  @Override
  public String digest() {
    return Digests.sha256().hash().toString();
  }
}
