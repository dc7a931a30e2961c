package org.maejava.train;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.maejava.proto.Position;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/**
 * What one step reads: tensors by the name of the graph input they feed, and where the data goes
 * on.
 *
 * <p>Every random draw of a step (mask noise, drop-path noise, augmentation) is in here, so a batch
 * fully determines the step. The batch owns its tensors; whoever takes it from an iterator closes
 * it.
 *
 * @param tensors by input name, all with the batch as first dimension
 * @param size images in the batch
 * @param next the position of the first example after this batch
 * @param names the images' names, for messages about this batch
 */
public record Batch(Map<String, Tensor> tensors, int size, Position next, List<String> names)
    implements AutoCloseable {

  /** Normalised pixels, {@code [B, H, W, C]} float. */
  public static final String IMAGES = "images";

  /** One value for each patch, {@code [B, L]} float; the patches with the smallest stay visible. */
  public static final String NOISE = "noise";

  /** Class probabilities, {@code [B, classes]} float: one-hot, smoothed or mixed. */
  public static final String LABELS = "labels";

  /**
   * Uniform in [0, 1), {@code [B, 2 · depth]} float, attention and MLP of block 0, then of block 1,
   * and so on: a branch is skipped for an image whose value is below the block's drop probability.
   */
  public static final String DROP_PATH = "drop_path";

  /** 1 for an image, 0 for padding of the last evaluation batch, {@code [B]} float. */
  public static final String WEIGHTS = "weights";

  public Batch {
    tensors = ImmutableMap.copyOf(tensors);
    names = List.copyOf(names);
  }

  /**
   * One of the tensors; it stays the batch's.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public TFloat32 floats(String name) {
    if (!(tensors.get(name) instanceof TFloat32 floats)) {
      throw new IllegalArgumentException(
          "the batch has no %s; it has %s".formatted(name, tensors.keySet()));
    }
    return floats;
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
