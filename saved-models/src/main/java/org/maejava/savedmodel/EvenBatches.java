package org.maejava.savedmodel;

import java.util.List;
import java.util.function.Function;

/**
 * Batches in which an image's answer has the same bits whatever else is in them. On processors the
 * matrix kernels compute rows in groups of up to eight and the rest of a batch by other
 * instructions, which round otherwise; so batches are filled up to multiples of eight with copies
 * of their last image, whose answers are dropped. A single image costs as much as eight.
 */
public final class EvenBatches {

  private static final int GROUP = 8;

  private EvenBatches() {}

  /**
   * A model's answers.
   *
   * @param images pixel values, {@code [B][H·W·C]}; nothing is asked of the model if there are none
   * @param model pixel values {@code [B][H·W·C]} → one answer for each
   */
  public static <T> List<T> answers(List<float[]> images, Function<float[][], List<T>> model) {
    int count = images.size();
    if (count == 0) {
      return List.of();
    }
    int even = (count + GROUP - 1) / GROUP * GROUP;
    var batch = new float[even][];
    for (int i = 0; i < even; i++) {
      batch[i] = images.get(Math.min(i, count - 1));
    }
    return model.apply(batch).subList(0, count);
  }
}
