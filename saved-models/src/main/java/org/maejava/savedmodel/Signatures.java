package org.maejava.savedmodel;

import java.util.List;
import org.maejava.model.Classifier;
import org.maejava.model.Mae;
import org.maejava.model.PatchGrid;
import org.maejava.nn.Params;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ModelConfig;
import org.maejava.train.Batch;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * The functions that an exported model offers, for any batch size, and their names: the one place
 * where these are written down.
 *
 * <p>Every function takes {@link #IMAGES}, {@code [B, H, W, C]} float with values 0 to 1, channels
 * last; the normalisation is part of the graph, so a user cannot get it wrong.
 */
public final class Signatures {

  /** Function: images to their features. */
  public static final String FEATURES = "features";

  /** Function of a pre-trained model: images with patches hidden to images with them rebuilt. */
  public static final String RECONSTRUCT = "reconstruct";

  /** Function of a classifier: images to class scores. */
  public static final String CLASSIFY = "classify";

  /** The function that serving systems take when none is named. */
  public static final String DEFAULT = Signature.DEFAULT_KEY;

  /** Input of every function: pixel values 0 to 1, {@code [B, H, W, C]}. */
  public static final String IMAGES = Batch.IMAGES;

  /** Input of {@link #RECONSTRUCT}, {@code [B, L]}: the smallest values' patches stay visible. */
  public static final String NOISE = Batch.NOISE;

  /** Output of {@link #FEATURES}: every patch's token after the last norm, {@code [B, L, D]}. */
  public static final String PATCH_FEATURES = "patch_features";

  /** Output of {@link #FEATURES}: the mean of {@link #PATCH_FEATURES}, {@code [B, D]}. */
  public static final String AVERAGE = "average";

  /**
   * Output of {@link #RECONSTRUCT}, {@code [B, H, W, C]}: hidden patches as predicted, visible ones
   * as given, in pixel values; predictions may leave 0 to 1.
   */
  public static final String RECONSTRUCTION = "reconstruction";

  /** Output of {@link #RECONSTRUCT}: 1 for a hidden patch, 0 for a visible one, {@code [B, L]}. */
  public static final String MASK = "mask";

  /** Output of {@link #CLASSIFY}, {@code [B, classes]}. */
  public static final String LOGITS = "logits";

  /** Output of {@link #CLASSIFY}: the softmax of {@link #LOGITS}, {@code [B, classes]}. */
  public static final String PROBABILITIES = "probabilities";

  /** What TensorFlow Serving expects of a function from tensors to tensors. */
  private static final String METHOD = "tensorflow/serving/predict";

  private Signatures() {}

  /**
   * A pre-trained model: {@link #FEATURES} (class token after the last norm, all patches' tokens
   * and their mean), which is the default too, and {@link #RECONSTRUCT}.
   *
   * @param model a complete recipe's
   * @param data whose mean and deviation the model was trained with
   * @throws IllegalArgumentException if mean or deviation do not fit the channels
   */
  public static List<Signature> pretrained(
      Ops tf, Params params, ModelConfig model, DataConfig data) {
    var grid = PatchGrid.of(model);
    int width = model.getEncoder().getWidth();
    var normalisation = PixelNormalisation.of(data, grid.channels());
    var mae = new Mae(params, model);
    var images = images(tf, grid);
    var noise = input(tf, NOISE, grid.count());
    var input = normalisation.apply(tf, images);

    var tokens = mae.encode(tf, input); // [B, 1 + L, D]
    var patchTokens = tokens(tf, tokens, 1, grid.count());
    var features = output(tf, FEATURES, tokens(tf, tokens, 0, 1), width);
    var patches = output(tf, PATCH_FEATURES, patchTokens, grid.count(), width);
    var average = output(tf, AVERAGE, tf.math.mean(patchTokens, tf.constant(1)), width);

    var rebuilt = mae.reconstruct(tf, input, noise);
    var pixels = normalisation.undo(tf, rebuilt.images());
    var reconstruction =
        output(tf, RECONSTRUCTION, pixels, grid.height(), grid.width(), grid.channels());
    var mask = output(tf, MASK, rebuilt.mask(), grid.count());

    var encode =
        function(images)
            .output(FEATURES, features)
            .output(PATCH_FEATURES, patches)
            .output(AVERAGE, average);
    var reconstruct =
        function(images)
            .input(NOISE, noise)
            .output(RECONSTRUCTION, reconstruction)
            .output(MASK, mask);
    return List.of(
        encode.key(DEFAULT).build(),
        encode.key(FEATURES).build(),
        reconstruct.key(RECONSTRUCT).build());
  }

  /**
   * A classifier: {@link #CLASSIFY}, which is the default too, and {@link #FEATURES} (the encoder's
   * output, pooled for the head).
   *
   * @param model a complete recipe's
   * @param data whose mean and deviation the model was trained with
   * @param task how the encoder's output is pooled and normalised
   * @param classes outputs of the head
   * @throws IllegalArgumentException if mean or deviation do not fit the channels
   */
  public static List<Signature> classifier(
      Ops tf,
      Params params,
      ModelConfig model,
      DataConfig data,
      ClassificationTask task,
      int classes) {
    var grid = PatchGrid.of(model);
    var normalisation = PixelNormalisation.of(data, grid.channels());
    var classifier = new Classifier(params, model, task, classes);
    var images = images(tf, grid);

    var pooled = classifier.features(tf, normalisation.apply(tf, images));
    var scores = classifier.logits(tf, pooled);
    var features = output(tf, FEATURES, pooled, model.getEncoder().getWidth());
    var logits = output(tf, LOGITS, scores, classes);
    var probabilities = output(tf, PROBABILITIES, tf.nn.softmax(scores), classes);

    var classify = function(images).output(LOGITS, logits).output(PROBABILITIES, probabilities);
    return List.of(
        classify.key(DEFAULT).build(),
        classify.key(CLASSIFY).build(),
        function(images).output(FEATURES, features).key(FEATURES).build());
  }

  private static Signature.Builder function(Operand<TFloat32> images) {
    return Signature.builder().methodName(METHOD).input(IMAGES, images);
  }

  private static Operand<TFloat32> images(Ops tf, PatchGrid grid) {
    return input(tf, IMAGES, grid.height(), grid.width(), grid.channels());
  }

  private static Operand<TFloat32> input(Ops tf, String name, int... shapeOfOne) {
    return tf.withName(name)
        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(batchOf(shapeOfOne))));
  }

  /** With its shape spelt out: inference loses it behind an open batch size. */
  private static Operand<TFloat32> output(
      Ops tf, String name, Operand<TFloat32> value, int... shapeOfOne) {
    return tf.withName(name).reshape(value, tf.constant(batchOf(shapeOfOne)));
  }

  private static Operand<TFloat32> tokens(Ops tf, Operand<TFloat32> all, int from, int count) {
    return tf.slice(
        all, tf.constant(new int[] {0, from, 0}), tf.constant(new int[] {-1, count, -1}));
  }

  private static long[] batchOf(int... shapeOfOne) {
    var shape = new long[1 + shapeOfOne.length];
    shape[0] = Shape.UNKNOWN_SIZE;
    for (int i = 0; i < shapeOfOne.length; i++) {
      shape[1 + i] = shapeOfOne[i];
    }
    return shape;
  }
}
