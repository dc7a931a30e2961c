package org.maejava.eval.probe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.machine.Machine;
import org.maejava.model.Classifier;
import org.maejava.model.PatchGrid;
import org.maejava.model.VitNames;
import org.maejava.nn.Params;
import org.maejava.proto.Experiment;
import org.maejava.proto.Pooling;
import org.maejava.random.Draws;
import org.maejava.savedmodel.InputImages;
import org.maejava.savedmodel.PixelNormalisation;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightDigest;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * An encoder that nothing moves: from images, framed and normalised as in evaluation, to what a
 * linear probe's head would read, or to all patches' tokens.
 */
public final class FrozenEncoder implements AutoCloseable {

  private static final String POOLED = "pooled";
  private static final String PATCHES = "patches";

  private final Experiment experiment;
  private final InferenceGraph graph;
  private final InputImages images;
  private final String digest;

  /**
   * Builds it.
   *
   * @param experiment a recipe for classification, whose model, data and pooling count
   * @param start the weights; empty: random ones
   * @param seed of random ones
   * @throws org.maejava.weights.WeightMismatchException if the weights are of another encoder
   */
  public FrozenEncoder(
      Experiment experiment, Optional<Pretrained> start, long seed, Machine machine) {
    this.experiment = experiment;
    graph = new InferenceGraph(this::functions, machine.session());
    try {
      graph.weights().initialise(new Draws(seed));
      start.ifPresent(this::restore);
      images = new InputImages(experiment.getModel(), experiment.getData());
      digest = WeightDigest.of(graph.weights());
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** A head there must be, for a classifier to be built; it is not read. */
  private static final int NO_CLASSES = 1;

  private List<Signature> functions(Ops tf, Params params) {
    var model = experiment.getModel();
    var grid = PatchGrid.of(model);
    var shape = Shape.of(Shape.UNKNOWN_SIZE, grid.height(), grid.width(), grid.channels());
    var pixels = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    var input = PixelNormalisation.of(experiment.getData(), grid.channels()).apply(tf, pixels);
    var classifier = new Classifier(params, model, experiment.getClassification(), NO_CLASSES);
    var encoded = classifier.encode(tf, input);
    var patches =
        tf.slice(
            classifier.tokens(tf, encoded),
            tf.constant(new int[] {0, 1, 0}),
            tf.constant(new int[] {-1, grid.count(), -1}));
    return List.of(
        Signature.builder()
            .key(POOLED)
            .input(POOLED, pixels)
            .output(POOLED, classifier.features(tf, encoded))
            .build(),
        Signature.builder().key(PATCHES).input(PATCHES, pixels).output(PATCHES, patches).build());
  }

  private void restore(Pretrained start) {
    boolean average = experiment.getClassification().getPooling() == Pooling.AVERAGE;
    Predicate<String> mayMiss =
        name -> VitNames.isHead(name) || (average && name.startsWith("fc_norm."));
    Predicate<String> mayIgnore =
        name ->
            VitNames.isHead(name)
                || VitNames.isDecoder(name)
                || (average && name.startsWith("norm."));
    graph.weights().restore(start.name(), start.weights(), mayMiss, mayIgnore);
  }

  /** How images become {@link #pooled}'s input. */
  public InputImages images() {
    return images;
  }

  /** Pixel values 0 to 1, {@code [B][H·W·C]} → pooled features {@code [B][D]}. */
  public float[][] pooled(float[][] pixels) {
    return run(POOLED, pixels);
  }

  /** Pixel values 0 to 1, {@code [B][H·W·C]} → every patch's token, {@code [B][L·D]}. */
  public float[][] patches(float[][] pixels) {
    return run(PATCHES, pixels);
  }

  private float[][] run(String function, float[][] pixels) {
    var image = experiment.getModel().getImage();
    var shape = Shape.of(pixels.length, image.getHeight(), image.getWidth(), image.getChannels());
    try (var input = TFloat32.tensorOf(shape);
        var result = graph.run(function, Map.of(function, copied(pixels, input)))) {
      var output = result.get(0).asRawTensor().data().asFloats();
      var rows = new float[pixels.length][(int) (output.size() / pixels.length)];
      for (int i = 0; i < rows.length; i++) {
        output.offset((long) i * rows[i].length).read(rows[i]);
      }
      return rows;
    }
  }

  private static TFloat32 copied(float[][] rows, TFloat32 into) {
    var values = into.asRawTensor().data().asFloats();
    for (int i = 0; i < rows.length; i++) {
      values.offset((long) i * rows[i].length).write(rows[i]);
    }
    return into;
  }

  /** Values of the encoder. */
  public long parameters() {
    return graph.params().stream()
        .filter(param -> !VitNames.isHead(param.name()))
        .mapToLong(Params.Param::size)
        .sum();
  }

  /**
   * Proves that nothing moved it: its bytes are those that it began with.
   *
   * @return how many tensors were compared
   * @throws IllegalStateException if they are others
   */
  public int requireUnchanged() {
    if (!WeightDigest.of(graph.weights()).equals(digest)) {
      throw new IllegalStateException(
          "the frozen encoder is not what it was: the features are not those of its weights");
    }
    return graph.params().size();
  }

  @Override
  public void close() {
    images.close();
    graph.close();
  }
}
