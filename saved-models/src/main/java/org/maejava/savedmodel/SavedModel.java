package org.maejava.savedmodel;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * An exported model, loaded and ready to be called, from any number of threads; closing waits for
 * calls that are under way.
 *
 * <p>Image files, Java's images, bytes and streams are decoded, resized and cropped exactly as in
 * the evaluation of the model's training. Who does that himself gives pixel values from 0 to 1, row
 * by row, channels last, in the size that the model was trained for, any number of images at once:
 * as Java arrays, one row for each image, or as tensors, where the caller closes the result and may
 * read every output of {@link Signatures} from it.
 */
public final class SavedModel implements AutoCloseable {

  private final Path folder;
  private final LoadedFunctions functions;
  private final List<String> classes;
  private final Optional<RunRecord> record;
  private final LazyImages images;

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
      Path folder, LoadedFunctions functions, List<String> classes, Optional<RunRecord> record) {
    this.folder = folder;
    this.functions = functions;
    this.classes = classes;
    this.record = record;
    images = new LazyImages(folder, record);
  }

  /** As {@link #open(Path, ConfigProto)}, with TensorFlow's choice of threads and devices. */
  public static SavedModel open(Path folder) throws IOException {
    return open(folder, ConfigProto.getDefaultInstance());
  }

  /**
   * Loads a folder that {@link SavedModelWriter} wrote.
   *
   * @param config threads and devices
   * @throws IOException if it is not a SavedModel, saying what is missing, damaged or not what its
   *     card's digests say
   */
  public static SavedModel open(Path folder, ConfigProto config) throws IOException {
    ModelFolder.check(folder);
    ModelFolder.verify(folder);
    var classes = ModelFolder.classes(folder);
    var record = RecordFile.read(folder);
    try {
      var bundle = SavedModelBundle.loader(folder.toString()).withConfigProto(config).load();
      return new SavedModel(folder, new LoadedFunctions(folder, bundle), classes, record);
    } catch (TensorFlowException e) {
      throw new IOException(
          "%s could not be loaded as a SavedModel: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** What the model can do, by name. */
  public List<ModelFunction> functions() {
    return functions.all();
  }

  /** A classifier's class names in the order of its outputs; empty if they are not known. */
  public List<String> classes() {
    return classes;
  }

  /**
   * SHA-256, hexadecimal, of graph and weights: the same for models that give the same answers.
   *
   * @throws IOException if the folder is no longer there
   */
  public String digest() throws IOException {
    return ModelFolder.digest(folder);
  }

  /** How the model came about, if that was recorded. */
  public Optional<RunRecord> record() {
    return record;
  }

  /**
   * What the model takes of images of any size and kind, for those who form batches themselves.
   *
   * @return closed with the model
   * @throws IllegalStateException if its record does not say how images are prepared
   */
  public InputImages images() {
    return images.get();
  }

  /**
   * What the model sees in an image file.
   *
   * @return {@code [D]}, as {@link #features(float[][])}
   * @throws IOException naming the file and why it is no image that can be read
   */
  public float[] features(Path file) throws IOException {
    return features(images().row(file))[0];
  }

  /** As {@link #features(Path)}, of an image of Java's. */
  public float[] features(BufferedImage image) throws IOException {
    return features(images().row(image))[0];
  }

  /** As {@link #features(Path)}, of a file's content. */
  public float[] features(byte[] file) throws IOException {
    return features(images().row(file))[0];
  }

  /** As {@link #features(Path)}, of a file's content, read to its end; the caller closes it. */
  public float[] features(InputStream file) throws IOException {
    return features(images().row(file))[0];
  }

  /**
   * What the model sees in many image files: lazily, in order, in batches that this forms, with the
   * memory of one batch. Files that cannot be read are {@link FileResult.Failure}s.
   *
   * @param files taken from as results are; closed with the result
   */
  public Stream<FileResult<float[]>> features(Stream<Path> files) {
    return new FileBatches(images()).map(files, rows -> List.of(features(rows)));
  }

  /**
   * How likely each class is for an image file.
   *
   * @throws IOException naming the file and why it is no image that can be read
   * @throws IllegalArgumentException if the model is no classifier
   */
  public Ranking classify(Path file) throws IOException {
    functions.named(Signatures.CLASSIFY);
    return rankings(images().row(file)).get(0);
  }

  /** As {@link #classify(Path)}, of an image of Java's. */
  public Ranking classify(BufferedImage image) throws IOException {
    functions.named(Signatures.CLASSIFY);
    return rankings(images().row(image)).get(0);
  }

  /** As {@link #classify(Path)}, of a file's content. */
  public Ranking classify(byte[] file) throws IOException {
    functions.named(Signatures.CLASSIFY);
    return rankings(images().row(file)).get(0);
  }

  /** As {@link #classify(Path)}, of a file's content, read to its end; the caller closes it. */
  public Ranking classify(InputStream file) throws IOException {
    functions.named(Signatures.CLASSIFY);
    return rankings(images().row(file)).get(0);
  }

  /**
   * How likely each class is for many image files, as {@link #features(Stream)} takes them.
   *
   * @throws IllegalArgumentException if the model is no classifier
   */
  public Stream<FileResult<Ranking>> classify(Stream<Path> files) {
    functions.named(Signatures.CLASSIFY);
    return new FileBatches(images()).map(files, this::rankings);
  }

  /**
   * The classes of images by their likelihood.
   *
   * @param images pixel values 0 to 1, {@code [B][H·W·C]}
   * @return one for each image
   */
  public List<Ranking> rankings(float[][] images) {
    return Arrays.stream(classify(images).probabilities())
        .map(probabilities -> Ranking.of(probabilities, classes))
        .toList();
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
    return features(images, Signatures.FEATURES);
  }

  /**
   * One output of {@link Signatures#FEATURES}.
   *
   * @param images pixel values 0 to 1, {@code [B][H·W·C]}
   * @param output its name, such as {@link Signatures#AVERAGE}
   * @throws IllegalArgumentException if the images do not fit, or there is no such output
   */
  public float[][] features(float[][] images, String output) {
    return functions.rows(Signatures.FEATURES, Map.of(Signatures.IMAGES, images), output).get(0);
  }

  /**
   * As {@link #features(float[][], String)}, from tensor to tensor: what only other outputs need is
   * not computed.
   *
   * @param images pixel values 0 to 1, {@code [B, H, W, C]}
   * @return to be closed
   */
  public TFloat32 features(TFloat32 images, String output) {
    return (TFloat32)
        functions.run(Signatures.FEATURES, Map.of(Signatures.IMAGES, images), output).get(0);
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
    return reconstruction(
        Signatures.RECONSTRUCT, Map.of(Signatures.IMAGES, images, Signatures.NOISE, noise));
  }

  /**
   * Hides the patches that a mask names and rebuilds them.
   *
   * @param images pixel values 0 to 1, {@code [B][H·W·C]}
   * @param mask 1 for a patch to be hidden, 0 for the others, {@code [B][L]}; it hides as many as
   *     the model hid in training
   * @throws IllegalArgumentException if images or mask do not fit
   */
  public Reconstruction reconstructMasked(float[][] images, float[][] mask) {
    return reconstruction(
        Signatures.RECONSTRUCT_MASKED, Map.of(Signatures.IMAGES, images, Signatures.MASK, mask));
  }

  private Reconstruction reconstruction(String function, Map<String, float[][]> inputs) {
    var rows = functions.rows(function, inputs, Signatures.RECONSTRUCTION, Signatures.MASK);
    return new Reconstruction(rows.get(0), rows.get(1));
  }

  /**
   * Every token that the encoder makes of images.
   *
   * @param images pixel values 0 to 1, {@code [B][H·W·C]}
   * @return class token and patches, {@code [B][(1 + L)·D]}
   */
  public float[][] tokens(float[][] images) {
    return functions
        .rows(Signatures.TOKENS, Map.of(Signatures.IMAGES, images), Signatures.TOKENS)
        .get(0);
  }

  /**
   * What the class token looks at in the encoder's last block.
   *
   * @param images pixel values 0 to 1, {@code [B][H·W·C]}
   * @return weights on itself and on the patches, for each head summing to 1, {@code [B][heads·(1 +
   *     L)]}
   */
  public float[][] attention(float[][] images) {
    return functions
        .rows(Signatures.ATTENTION, Map.of(Signatures.IMAGES, images), Signatures.ATTENTION)
        .get(0);
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
    var inputs = Map.of(Signatures.IMAGES, images);
    var rows =
        functions.rows(Signatures.CLASSIFY, inputs, Signatures.LOGITS, Signatures.PROBABILITIES);
    return new Classification(rows.get(0), rows.get(1));
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
    return functions.call(name, inputs);
  }

  /** Waits for calls that are under way; later ones are refused. */
  @Override
  public void close() {
    functions.close();
    images.close();
  }
}
