package org.maejava.data.flow;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.maejava.data.image.Image;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;

/**
 * A source in memory: grey images of one pixel value each, their own number, in classes by turns.
 *
 * @param size how many
 * @param classCount how many classes
 */
public record Numbered(int size, int classCount) implements Source {

  @Override
  public Example get(int index) {
    var pixels = new byte[64];
    Arrays.fill(pixels, (byte) index);
    return new Example.Raw("image " + index, label(index), new Image(8, 8, 1, pixels));
  }

  @Override
  public int label(int index) {
    return index % classCount;
  }

  @Override
  public List<String> classes() {
    return IntStream.range(0, classCount).mapToObj(label -> "class " + label).toList();
  }

  @Override
  public String about() {
    return size + " numbered images.";
  }

  @Override
  public String digest() {
    return "numbered-" + size + "-" + classCount;
  }
}
