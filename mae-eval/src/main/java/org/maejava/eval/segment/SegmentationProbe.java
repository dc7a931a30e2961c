package org.maejava.eval.segment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.segment.LabelMap;
import org.maejava.data.segment.SegmentationFolder;
import org.maejava.data.source.DataException;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.probe.LogisticRegression;
import org.maejava.eval.proto.SegmentationRecord;
import org.maejava.eval.proto.SegmentationScores;
import org.maejava.eval.proto.SegmentationTrial;
import org.maejava.eval.run.StoppedException;
import org.maejava.proto.Experiment;
import org.maejava.random.Draws;
import org.maejava.words.Counted;

/**
 * A linear head on every patch's frozen token: logistic regression on the classes' shares of the
 * patch's pixels, judged on pixels in the size and crop that the network sees, with scores
 * interpolated between patches.
 */
public final class SegmentationProbe implements AutoCloseable {

  private final Experiment experiment;
  private final Asked asked;
  private final SegmentationFolder data;
  private final Machine machine;
  private final BooleanSupplier stop;
  private final SegmentedImages images;

  /**
   * What is tried.
   *
   * @param penalties of the squared weights; the one with the highest mean IoU on held-out training
   *     images is taken
   * @param heldOut share of training images, at least one, if there are several penalties
   * @param patches of training images at most, as many of each image
   * @param seed of which are held out and which patches are taken
   */
  public record Asked(List<Double> penalties, double heldOut, int patches, long seed) {

    /** Checks the numbers. */
    public Asked {
      if (penalties.isEmpty() || penalties.stream().anyMatch(penalty -> !(penalty >= 0))) {
        throw new IllegalArgumentException(
            "penalties %s must be one at least, each at least 0".formatted(penalties));
      }
      if (!(heldOut > 0 && heldOut < 1)) {
        throw new IllegalArgumentException(
            "a held-out share of %s must be above 0 and below 1".formatted(heldOut));
      }
      if (patches < 1) {
        throw new IllegalArgumentException("--patches %d must be at least 1".formatted(patches));
      }
    }
  }

  /**
   * Builds it.
   *
   * @param experiment a classification recipe whose model and evaluation view count
   * @param stop asked after every batch
   */
  public SegmentationProbe(
      Experiment experiment,
      Pretrained start,
      SegmentationFolder data,
      Asked asked,
      Machine machine,
      BooleanSupplier stop) {
    this.experiment = experiment;
    this.asked = asked;
    this.data = data;
    this.machine = machine;
    this.stop = stop;
    images = new SegmentedImages(experiment, start, asked.seed(), machine, stop);
  }

  /** Patches to learn from. */
  private record Patches(List<float[]> rows, List<float[]> targets) {

    LogisticRegression fit(double penalty, Machine machine, BooleanSupplier stop) {
      return LogisticRegression.fit(
          rows.toArray(float[][]::new), targets.toArray(float[][]::new), penalty, machine, stop);
    }
  }

  /**
   * Learns and judges.
   *
   * @param progress told of images done, in both halves
   * @throws DataException if label maps do not fit, or too many images cannot be read
   * @throws StoppedException if asked to stop
   */
  public SegmentationRecord.Builder run(IntConsumer progress) throws IOException {
    int classes = classes();
    int[] order = order(data.training().images().size());
    var record = SegmentationRecord.newBuilder();
    double penalty = asked.penalties().get(0);
    if (asked.penalties().size() > 1) {
      int cut = (int) Math.max(1, Math.round(asked.heldOut() * order.length));
      if (cut >= order.length) {
        throw new DataException(
            "of %s none is left to learn from where %d are held out; give one --penalties"
                .formatted(Counted.of(order.length, "training image"), cut));
      }
      var learned = learned(Arrays.copyOfRange(order, cut, order.length), classes, done -> {});
      double best = -1;
      for (double tried : asked.penalties()) {
        var fitted = learned.fit(tried, machine, stop);
        double iou =
            judged(data.training(), Arrays.copyOf(order, cut), fitted, classes, done -> {})
                .getMeanIou();
        record.addTrials(SegmentationTrial.newBuilder().setPenalty(tried).setMeanIou(iou));
        if (iou > best) {
          best = iou;
          penalty = tried;
        }
      }
    }
    var patches = learned(order, classes, progress);
    var head = patches.fit(penalty, machine, stop);
    int evaluated = data.evaluation().images().size();
    var scores =
        judged(
            data.evaluation(),
            IntStream.range(0, evaluated).toArray(),
            head,
            classes,
            done -> progress.accept(order.length + done));
    return record
        .setExperiment(experiment)
        .setSeed(asked.seed())
        .setTrainingImages(order.length)
        .setTrainingPatches(patches.rows().size())
        .setPenalty(penalty)
        .setScores(scores)
        .setEvaluationImages(evaluated)
        .addAllUnreadable(images.unreadable())
        .setFrozenParameters(images.requireUnchanged());
  }

  /** How many there are: one more than the largest index in either half, or the names. */
  private int classes() {
    int largest = -1;
    for (var half : List.of(data.training(), data.evaluation())) {
      for (int i = 0; i < half.images().size(); i++) {
        requireGoOn();
        try {
          largest = Math.max(largest, half.map(i).largest());
        } catch (UnreadableImageException e) {
          // It is counted and named where its image is asked for.
        }
      }
    }
    if (largest < 1) {
      throw new DataException(
          "%s has label maps of fewer than two classes; indices are the values that a PNG stores, from 0, and %d is ignored"
              .formatted(data.root(), LabelMap.IGNORED));
    }
    if (!data.names().isEmpty() && largest >= data.names().size()) {
      throw new DataException(
          "%s has label maps with class %d and %d names in classes.txt"
              .formatted(data.root(), largest, data.names().size()));
    }
    return Math.max(largest + 1, data.names().size());
  }

  private int[] order(int count) {
    var order = IntStream.range(0, count).toArray();
    var random = new Draws(asked.seed()).at("segmentation held out");
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }

  private Patches learned(int[] indices, int classes, IntConsumer progress) throws IOException {
    var patches = new Patches(new ArrayList<>(), new ArrayList<>());
    int ofEach = Math.max(1, asked.patches() / indices.length);
    var grid = images.grid();
    images.over(
        data.training(),
        indices,
        (index, labels, tokens) -> {
          var random = new Draws(asked.seed()).at("segmentation patches", index);
          int left = Math.min(ofEach, grid.count());
          for (int patch = 0; patch < grid.count(); patch++) {
            // As many as wanted, each with the same chance (Knuth's algorithm S).
            if (random.nextInt(grid.count() - patch) < left) {
              left--;
              var shares = PatchGridScores.shares(labels, grid, patch, classes, LabelMap.IGNORED);
              if (shares.length > 0) {
                patches.rows.add(tokens[patch]);
                patches.targets.add(shares);
              }
            }
          }
        },
        progress);
    if (patches.rows.isEmpty()) {
      throw new DataException(
          "every pixel of the training images in %s is ignored".formatted(data.root()));
    }
    return patches;
  }

  private SegmentationScores judged(
      SegmentationFolder.Half half,
      int[] indices,
      LogisticRegression head,
      int classes,
      IntConsumer progress)
      throws IOException {
    var confusion = new Confusion(classes);
    images.over(
        half,
        indices,
        (index, labels, tokens) ->
            confusion.add(labels, PatchGridScores.answers(head.logits(tokens), images.grid())),
        progress);
    return confusion.scores(data.names());
  }

  private void requireGoOn() {
    if (stop.getAsBoolean()) {
      throw new StoppedException("in the segmentation probe");
    }
  }

  @Override
  public void close() {
    images.close();
  }
}
