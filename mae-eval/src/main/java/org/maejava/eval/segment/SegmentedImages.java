package org.maejava.eval.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.maejava.data.image.CenterCrop;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Decoding;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.segment.SegmentationFolder;
import org.maejava.data.source.DataException;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.probe.FrozenEncoder;
import org.maejava.eval.run.StoppedException;
import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.proto.UnreadableImage;
import org.maejava.words.Counted;

/**
 * Images in the size and crop that the network sees: the classes of their pixels, and the frozen
 * token of each patch.
 */
final class SegmentedImages implements AutoCloseable {

  private static final int BATCH = 32;
  private static final int NAMED = 5;

  private final Experiment experiment;
  private final BooleanSupplier stop;
  private final FrozenEncoder encoder;
  private final Decoder decoder;
  private final CenterCrop crop;
  private final PatchGrid grid;
  private final List<UnreadableImage> unreadable = new ArrayList<>();

  /**
   * Builds the encoder.
   *
   * @param experiment a classification recipe whose model and evaluation view count
   * @param stop asked after every batch
   */
  SegmentedImages(
      Experiment experiment, Pretrained start, long seed, Machine machine, BooleanSupplier stop) {
    this.experiment = experiment;
    this.stop = stop;
    var image = experiment.getModel().getImage();
    encoder = new FrozenEncoder(experiment, Optional.of(start), seed, machine);
    decoder = new Decoder(image.getChannels(), Decoding.of(experiment.getData()));
    crop = new CenterCrop(image, experiment.getData().getEvalCropFraction());
    grid = PatchGrid.of(experiment.getModel());
  }

  /** Takes one image. */
  @FunctionalInterface
  interface Taker {
    /**
     * An image that could be read.
     *
     * @param index in its half
     * @param labels classes of the pixels, {@code [H·W]}
     * @param tokens of its patches, {@code [L][D]}
     */
    void take(int index, int[] labels, float[][] tokens);
  }

  PatchGrid grid() {
    return grid;
  }

  /** Those that could not be read so far, each once. */
  List<UnreadableImage> unreadable() {
    return unreadable.stream().distinct().toList();
  }

  /**
   * How many tensors were compared.
   *
   * @throws IllegalStateException if the encoder is not as it was
   */
  int requireUnchanged() {
    return encoder.requireUnchanged();
  }

  /** An image as the network sees it, and the classes of its pixels. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of values, never compared
  private record Seen(float[] pixels, int[] labels, String problem) {}

  /**
   * Goes over some images of a half, in this order.
   *
   * @param progress told of how many are done
   * @throws DataException if too many cannot be read
   * @throws StoppedException if asked to stop
   */
  void over(SegmentationFolder.Half half, int[] images, Taker taker, IntConsumer progress) {
    int failed = 0;
    for (int from = 0; from < images.length; from += BATCH) {
      if (stop.getAsBoolean()) {
        throw new StoppedException("in the segmentation probe");
      }
      var batch = Arrays.copyOfRange(images, from, Math.min(images.length, from + BATCH));
      var seen = Arrays.stream(batch).parallel().mapToObj(i -> seen(half, i)).toList();
      var good = new ArrayList<Integer>();
      for (int i = 0; i < batch.length; i++) {
        if (seen.get(i).problem.isEmpty()) {
          good.add(i);
        } else {
          failed++;
          unreadable.add(
              UnreadableImage.newBuilder()
                  .setName(half.images().get(batch[i]).name())
                  .setReason(seen.get(i).problem)
                  .build());
        }
      }
      requireFew(failed, images.length);
      if (!good.isEmpty()) {
        var tokens =
            encoder.patches(good.stream().map(i -> seen.get(i).pixels).toArray(float[][]::new));
        for (int i = 0; i < tokens.length; i++) {
          taker.take(batch[good.get(i)], seen.get(good.get(i)).labels, patches(tokens[i]));
        }
      }
      progress.accept(from + batch.length);
    }
  }

  private float[][] patches(float[] tokens) {
    int width = tokens.length / grid.count();
    var rows = new float[grid.count()][];
    for (int patch = 0; patch < rows.length; patch++) {
      rows[patch] = Arrays.copyOfRange(tokens, patch * width, (patch + 1) * width);
    }
    return rows;
  }

  private Seen seen(SegmentationFolder.Half half, int index) {
    try {
      var image = half.images().get(index).decoded(decoder);
      var map = half.map(index);
      if (map.height() != image.height() || map.width() != image.width()) {
        return new Seen(
            new float[0],
            new int[0],
            "its label map is %d x %d, the image %d x %d"
                .formatted(map.width(), map.height(), image.width(), image.height()));
      }
      var framing = crop.frame(image.height(), image.width());
      return new Seen(
          encoder.images().pixels(image), map.framed(framing, grid.height(), grid.width()), "");
    } catch (UnreadableImageException e) {
      return new Seen(new float[0], new int[0], e.reason());
    }
  }

  private void requireFew(int failed, int images) {
    double share = experiment.getData().getMaxUnreadableShare();
    if (failed > share * images || failed == images) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%,d of %s or their label maps cannot be used, more than data.max_unreadable_share %s allows: %s%s",
              failed,
              Counted.of(images, "image"),
              share,
              String.join(
                  ", ",
                  unreadable.stream()
                      .distinct()
                      .limit(NAMED)
                      .map(bad -> "%s (%s)".formatted(bad.getName(), bad.getReason()))
                      .toList()),
              failed > NAMED ? ", …" : ""));
    }
  }

  @Override
  public void close() {
    decoder.close();
    encoder.close();
  }
}
