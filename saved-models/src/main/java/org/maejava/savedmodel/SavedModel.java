package org.maejava.savedmodel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * An exported model, loaded and ready to be called, from any number of threads.
 *
 * <p>Images are pixel values from 0 to 1, row by row, channels last, in the size that the model was
 * trained for; the batch may have any size. Each function comes twice: for Java arrays, one row for
 * each image, and for tensors, where the caller closes the result and may read every output of
 * {@link Signatures} from it.
 */
public final class SavedModel implements AutoCloseable {

  private final Path folder;
  private final SavedModelBundle bundle;
  private final Map<String, ModelFunction> functions;
  private final List<String> classes;
  private final Optional<RunRecord> record;

  /**
   * Images with hidden patches rebuilt.
   *
   * @param images pixel values {@code [B][H·W·C]}: hidden patches as predicted (not clipped to 0
   *     and 1), visible ones as given
   * @param mask 1 for hidden and 0 for visible, {@code [B][L]}
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier of two arrays
  public record Reconstruction(float[][] images, float[][] mask) {}

  /**
   * Class scores.
   *
   * @param logits {@code [B][classes]}
   * @param probabilities {@code [B][classes]}, each row summing to 1
   */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier of two arrays
  public record Classification(float[][] logits, float[][] probabilities) {}

  private SavedModel(
      Path folder, SavedModelBundle bundle, List<String> classes, Optional<RunRecord> record) {
    this.folder = folder;
    this.bundle = bundle;
    this.classes = classes;
    this.record = record;
    functions =
        bundle.signatures().stream()
            .map(ModelFunction::of)
            .collect(Collectors.toMap(ModelFunction::name, function -> function));
  }

  /** As {@link #open(Path, ConfigProto)}, with TensorFlow's choice of threads and devices. */
  public static SavedModel open(Path folder) throws IOException {
    return open(folder, ConfigProto.getDefaultInstance());
  }

  /**
   * Loads a folder that {@link SavedModelWriter} wrote.
   *
   * @param config threads and devices
   * @throws IOException if it is not a SavedModel, saying what is missing or damaged
   */
  public static SavedModel open(Path folder, ConfigProto config) throws IOException {
    ModelFolder.check(folder);
    var classes = ModelFolder.classes(folder);
    var record = RecordFile.read(folder);
    try {
      var bundle = SavedModelBundle.loader(folder.toString()).withConfigProto(config).load();
      return new SavedModel(folder, bundle, classes, record);
    } catch (TensorFlowException e) {
      throw new IOException(
          "%s could not be loaded as a SavedModel: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** What the model can do, by name. */
  public List<ModelFunction> functions() {
    return functions.values().stream().sorted(Comparator.comparing(ModelFunction::name)).toList();
  }

  /** A classifier's class names in the order of its outputs; empty if they are not known. */
  public List<String> classes() {
    return classes;
  }

  /** How the model came about, if that was recorded. */
  public Optional<RunRecord> record() {
    return record;
  }

  /**
   * What the model sees in images.
   *
   * @param images pixel values 0 to 1, {@code [B][H·W·C]}
   * @return {@code [B][D]}: the class token of a pre-trained model, the pooled output of a
   *     classifier's encoder
   * @throws IllegalArgumentException if the images do not fit
   */
  public float[][] features(float[][] images) {
    try (var tensor = tensor(Signatures.FEATURES, Signatures.IMAGES, images);
        var result = features(tensor)) {
      return rows(result, Signatures.FEATURES);
    }
  }

  /**
   * All outputs of {@link Signatures#FEATURES}.
   *
   * @param images pixel values 0 to 1, {@code [B, H, W, C]}
   * @return to be closed
   * @throws IllegalArgumentException if the images do not fit
   */
  public Result features(TFloat32 images) {
    return call(Signatures.FEATURES, Map.of(Signatures.IMAGES, images));
  }

  /**
   * Hides patches and rebuilds them.
   *
   * @param images pixel values 0 to 1, {@code [B][H·W·C]}
   * @param noise one number for each patch, {@code [B][L]}: the patches with the smallest stay
   *     visible
   * @throws IllegalArgumentException if images or noise do not fit
   */
  public Reconstruction reconstruct(float[][] images, float[][] noise) {
    try (var pixels = tensor(Signatures.RECONSTRUCT, Signatures.IMAGES, images);
        var order = tensor(Signatures.RECONSTRUCT, Signatures.NOISE, noise);
        var result = reconstruct(pixels, order)) {
      return new Reconstruction(
          rows(result, Signatures.RECONSTRUCTION), rows(result, Signatures.MASK));
    }
  }

  /**
   * All outputs of {@link Signatures#RECONSTRUCT}.
   *
   * @param images pixel values 0 to 1, {@code [B, H, W, C]}
   * @param noise {@code [B, L]}: the patches with the smallest stay visible
   * @return to be closed
   * @throws IllegalArgumentException if images or noise do not fit
   */
  public Result reconstruct(TFloat32 images, TFloat32 noise) {
    return call(Signatures.RECONSTRUCT, Map.of(Signatures.IMAGES, images, Signatures.NOISE, noise));
  }

  /**
   * How likely each class is.
   *
   * @param images pixel values 0 to 1, {@code [B][H·W·C]}
   * @throws IllegalArgumentException if the images do not fit
   */
  public Classification classify(float[][] images) {
    try (var tensor = tensor(Signatures.CLASSIFY, Signatures.IMAGES, images);
        var result = classify(tensor)) {
      return new Classification(
          rows(result, Signatures.LOGITS), rows(result, Signatures.PROBABILITIES));
    }
  }

  /**
   * All outputs of {@link Signatures#CLASSIFY}.
   *
   * @param images pixel values 0 to 1, {@code [B, H, W, C]}
   * @return to be closed
   * @throws IllegalArgumentException if the images do not fit
   */
  public Result classify(TFloat32 images) {
    return call(Signatures.CLASSIFY, Map.of(Signatures.IMAGES, images));
  }

  /**
   * Calls any function of the model.
   *
   * @param name one of {@link #functions}
   * @param inputs by name; they stay the caller's
   * @return the outputs by name, to be closed
   * @throws IllegalArgumentException if there is no such function, or naming every input that does
   *     not fit
   */
  public Result call(String name, Map<String, ? extends Tensor> inputs) {
    function(name).check(inputs);
    if (inputs.get(Signatures.IMAGES) instanceof TFloat32 images) {
      InputValues.checkPixels(Signatures.IMAGES, images);
    }
    if (inputs.get(Signatures.NOISE) instanceof TFloat32 noise) {
      InputValues.checkOrder(Signatures.NOISE, noise);
    }
    return bundle.function(name).call(Map.copyOf(inputs));
  }

  private ModelFunction function(String name) {
    var function = functions.get(name);
    if (function == null) {
      throw new IllegalArgumentException(
          "%s has no function %s; it has %s"
              .formatted(
                  folder,
                  name,
                  functions().stream().map(ModelFunction::name).collect(Collectors.joining(", "))));
    }
    return function;
  }

  private TFloat32 tensor(String function, String input, float[][] rows) {
    return BatchArrays.toTensor(input, rows, function(function).input(input));
  }

  private static float[][] rows(Result result, String output) {
    return BatchArrays.fromTensor(
        result
            .get(output)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the function has no output %s; it has %s"
                            .formatted(output, result.keySet()))));
  }

  @Override
  public void close() {
    bundle.close();
  }
}
