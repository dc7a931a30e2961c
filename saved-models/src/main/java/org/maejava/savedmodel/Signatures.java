package org.maejava.savedmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.maejava.model.Classifier;
import org.maejava.model.Encoded;
import org.maejava.model.FeatureExtractor;
import org.maejava.model.Mae;
import org.maejava.model.PatchGrid;
import org.maejava.nn.Params;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ModelConfig;
import org.maejava.train.Batch;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The functions that an exported model offers, for any batch size, and their names: the one place
 * where these are written down.
 *
 * <p>Functions take {@link #IMAGES}, {@code [B, H, W, C]} float with values 0 to 1, channels last,
 * or {@link #IMAGE_BYTES}, encoded images of any size; the normalisation is part of the graph, so a
 * user cannot get it wrong.
 */
public final class Signatures {

  /** Function: images to their features. */
  public static final String FEATURES = "features";

  /** Function: encoded images to what {@link #FEATURES} gives. */
  public static final String FEATURES_FROM_BYTES = "features_from_bytes";

  /** Function: images to every token that the encoder makes of them. */
  public static final String TOKENS = "tokens";

  /** Function: images to what the class token looks at in the encoder's last block. */
  public static final String ATTENTION = "attention";

  /** Function of a pre-trained model: images with patches hidden to images with them rebuilt. */
  public static final String RECONSTRUCT = "reconstruct";

  /** As {@link #RECONSTRUCT}, for those who know which patches are to be hidden. */
  public static final String RECONSTRUCT_MASKED = "reconstruct_masked";

  /** Function of a classifier: images to class scores. */
  public static final String CLASSIFY = "classify";

  /** Function of a classifier: encoded images to what {@link #CLASSIFY} gives. */
  public static final String CLASSIFY_FROM_BYTES = "classify_from_bytes";

  /** The function that serving systems take when none is named. */
  public static final String DEFAULT = Signature.DEFAULT_KEY;

  /** Input: pixel values 0 to 1, {@code [B, H, W, C]}. */
  public static final String IMAGES = Batch.IMAGES;

  /**
   * Input: whole JPEG, PNG or still GIF files, {@code [B]} string. TensorFlow Serving takes inputs
   * whose names end so in base64.
   */
  public static final String IMAGE_BYTES = "image_bytes";

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

  /**
   * Output of {@link #RECONSTRUCT} and input of {@link #RECONSTRUCT_MASKED}: 1 for a hidden patch,
   * 0 for a visible one, {@code [B, L]}.
   */
  public static final String MASK = "mask";

  /** Output of {@link #CLASSIFY}, {@code [B, classes]}. */
  public static final String LOGITS = "logits";

  /** Output of {@link #CLASSIFY}: the softmax of {@link #LOGITS}, {@code [B, classes]}. */
  public static final String PROBABILITIES = "probabilities";

  /**
   * Output of {@link #CLASSIFY}: the names of the likeliest classes, best first, {@code [B, k]}.
   */
  public static final String TOP_LABELS = "top_labels";

  /** Output of {@link #CLASSIFY}: the probabilities of {@link #TOP_LABELS}, {@code [B, k]}. */
  public static final String TOP_PROBABILITIES = "top_probabilities";

  /** How many {@link #TOP_LABELS} there are, if there are that many classes. */
  public static final int TOP = 5;

  /** What TensorFlow Serving expects of a function from tensors to tensors. */
  private static final String METHOD = "tensorflow/serving/predict";

  private Signatures() {}

  /**
   * A pre-trained model: {@link #FEATURES} (class token after the last norm, all patches' tokens
   * and their mean), which is the default too, {@link #TOKENS}, {@link #ATTENTION} and {@link
   * #RECONSTRUCT}.
   *
   * @param model a complete recipe's
   * @param data whose mean and deviation the model was trained with, and how evaluation frames
   * @throws IllegalArgumentException if they do not fit the model
   */
  public static List<Signature> pretrained(
      Ops tf, Params params, ModelConfig model, DataConfig data) {
    var inputs = new ServedInputs(tf, model, data);
    var grid = PatchGrid.of(model);
    var mae = new Mae(params, model);
    var encoded = mae.encode(tf, inputs.normalised());
    var mask = inputs.mask();
    var noise = inputs.noise(mask, grid.count() - grid.visibleCount(model.getMaskRatio()));
    var rebuilt = mae.reconstruct(tf, inputs.normalised(), noise);
    var pixels = inputs.normalisation().undo(tf, rebuilt.images());
    var pictures =
        Map.of(
            RECONSTRUCTION,
            output(tf, RECONSTRUCTION, pixels, grid.height(), grid.width(), grid.channels()),
            MASK,
            output(tf, "hidden", rebuilt.mask(), grid.count()));

    var functions = new ArrayList<>(ofEncoder(tf, model, inputs, encoded));
    functions.add(function(RECONSTRUCT, Map.of(IMAGES, inputs.images(), NOISE, noise), pictures));
    functions.add(
        function(RECONSTRUCT_MASKED, Map.of(IMAGES, inputs.images(), MASK, mask), pictures));
    return functions;
  }

  /**
   * An encoder without decoder and head: as {@link #pretrained}, without {@link #RECONSTRUCT}.
   *
   * @throws IllegalArgumentException if the recipe's data does not fit the model
   */
  public static List<Signature> encoder(Ops tf, Params params, ModelConfig model, DataConfig data) {
    var inputs = new ServedInputs(tf, model, data);
    var encoded = new FeatureExtractor(params, model).encode(tf, inputs.normalised());
    return ofEncoder(tf, model, inputs, encoded);
  }

  private static List<Signature> ofEncoder(
      Ops tf, ModelConfig model, ServedInputs inputs, Encoded encoded) {
    int count = PatchGrid.of(model).count();
    int width = model.getEncoder().getWidth();
    var patches = tokens(tf, encoded.tokens(), 1, count);
    var features =
        Map.of(
            FEATURES, output(tf, FEATURES, encoded.classToken(tf), width),
            PATCH_FEATURES, output(tf, PATCH_FEATURES, patches, count, width),
            AVERAGE, output(tf, AVERAGE, tf.math.mean(patches, tf.constant(1)), width));
    var images = Map.of(IMAGES, inputs.images());
    return List.of(
        function(DEFAULT, images, features),
        function(FEATURES, images, features),
        function(FEATURES_FROM_BYTES, Map.of(IMAGE_BYTES, inputs.files()), features),
        function(TOKENS, images, tokens(tf, model, encoded.tokens())),
        function(ATTENTION, images, attention(tf, model, encoded.attention())));
  }

  /**
   * A classifier: {@link #CLASSIFY}, which is the default too, {@link #FEATURES} (the encoder's
   * output, pooled for the head), {@link #TOKENS} and {@link #ATTENTION}.
   *
   * @param model a complete recipe's
   * @param data whose mean and deviation the model was trained with, and how evaluation frames
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
    var inputs = new ServedInputs(tf, model, data);
    var classifier = new Classifier(params, model, task, classes);
    var encoded = classifier.encode(tf, inputs.normalised());
    var pooled = classifier.features(tf, encoded);
    var scores = classifier.logits(tf, pooled);
    var softmax = tf.nn.softmax(scores);
    int top = Math.min(TOP, classes);
    var best = tf.nn.topK(softmax, tf.constant(top), TInt32.class);
    var labels = ClassNameTable.find(tf, best.indices());

    var features = Map.of(FEATURES, output(tf, FEATURES, pooled, model.getEncoder().getWidth()));
    var classification =
        Map.of(
            LOGITS, output(tf, LOGITS, scores, classes),
            PROBABILITIES, output(tf, PROBABILITIES, softmax, classes),
            TOP_LABELS, output(tf, TOP_LABELS, labels, top),
            TOP_PROBABILITIES, output(tf, TOP_PROBABILITIES, best.values(), top));

    var images = Map.of(IMAGES, inputs.images());
    var files = Map.of(IMAGE_BYTES, inputs.files());
    return List.of(
        function(DEFAULT, images, classification),
        function(CLASSIFY, images, classification),
        function(CLASSIFY_FROM_BYTES, files, classification),
        function(FEATURES, images, features),
        function(FEATURES_FROM_BYTES, files, features),
        function(TOKENS, images, tokens(tf, model, classifier.tokens(tf, encoded))),
        function(ATTENTION, images, attention(tf, model, encoded.attention())));
  }

  private static Signature function(
      String key,
      Map<String, ? extends Operand<?>> inputs,
      Map<String, ? extends Operand<?>> outputs) {
    var builder = Signature.builder(key).methodName(METHOD);
    new TreeMap<>(inputs).forEach(builder::input);
    new TreeMap<>(outputs).forEach(builder::output);
    return builder.build();
  }

  private static Map<String, Operand<TFloat32>> tokens(
      Ops tf, ModelConfig model, Operand<TFloat32> tokens) {
    int count = 1 + PatchGrid.of(model).count();
    return Map.of(TOKENS, output(tf, TOKENS, tokens, count, model.getEncoder().getWidth()));
  }

  private static Map<String, Operand<TFloat32>> attention(
      Ops tf, ModelConfig model, Operand<TFloat32> attention) {
    int count = 1 + PatchGrid.of(model).count();
    return Map.of(
        ATTENTION, output(tf, ATTENTION, attention, model.getEncoder().getHeads(), count));
  }

  /** With its shape spelt out: inference loses it behind an open batch size. */
  private static <T extends TType> Operand<T> output(
      Ops tf, String name, Operand<T> value, int... shapeOfOne) {
    return tf.withName(name).reshape(value, tf.constant(ServedInputs.batchOf(shapeOfOne)));
  }

  private static Operand<TFloat32> tokens(Ops tf, Operand<TFloat32> all, int from, int count) {
    return tf.slice(
        all, tf.constant(new int[] {0, from, 0}), tf.constant(new int[] {-1, count, -1}));
  }
}
