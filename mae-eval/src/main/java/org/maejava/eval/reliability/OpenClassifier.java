package org.maejava.eval.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.Weights;
import org.maejava.eval.task.Classification;
import org.maejava.eval.task.LabelledTask;
import org.maejava.model.VitNames;
import org.maejava.nn.Params;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.savedmodel.InputImages;
import org.maejava.savedmodel.PixelNormalisation;
import org.maejava.savedmodel.SavedModel;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.InferenceGraph;
import org.maejava.words.ShellWord;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Any classifier that was trained, whether it lies in a run's folder or was exported: from pixels
 * to class scores.
 *
 * @param name as given
 * @param classes names in the order of its outputs
 * @param images how images become its input; closed with it
 * @param logits pixel values 0 to 1, {@code [B][H·W·C]} → {@code [B][classes]}
 * @param record how it came about, if that was recorded
 */
public record OpenClassifier(
    String name,
    List<String> classes,
    InputImages images,
    Function<float[][], float[][]> logits,
    Optional<RunRecord> record,
    AutoCloseable opened)
    implements AutoCloseable {

  private static final String SAVED_MODEL = "saved_model.pb";

  /**
   * Opens a run's folder (its newest checkpoint) or an exported model.
   *
   * @throws IllegalArgumentException if it is neither, or no classifier
   * @throws IOException if it is damaged
   */
  public static OpenClassifier open(Path folder, Machine machine) throws IOException {
    return isExported(folder) ? exported(folder, machine) : ofRun(folder, machine);
  }

  /** The step of its training that its weights are of; 0: not known. */
  public int step() {
    return record.map(RunRecord::getSteps).orElse(0);
  }

  /** That it is not from the end of its run, in a sentence; empty: not known to be so. */
  public Optional<String> unfinished() {
    return record.flatMap(run -> Weights.unfinished(name, run));
  }

  /** Whether it is an exported model, which is left as it is. */
  public static boolean isExported(Path folder) {
    return Files.exists(folder.resolve(SAVED_MODEL));
  }

  private static OpenClassifier exported(Path folder, Machine machine) throws IOException {
    var model = SavedModel.open(folder, machine.session());
    if (model.functions().stream().noneMatch(f -> f.name().equals(Signatures.CLASSIFY))) {
      model.close();
      throw notAClassifier(folder);
    }
    return new OpenClassifier(
        folder.toString(),
        model.classes(),
        model.images(),
        pixels -> model.classify(pixels).logits(),
        model.record(),
        model);
  }

  private static OpenClassifier ofRun(Path folder, Machine machine) throws IOException {
    var record =
        RecordFile.read(folder)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        RunFolder.withoutModel(folder)
                            .orElse(
                                folder + " is neither a run's folder nor an exported classifier")));
    var experiment = record.getExperiment();
    if (!experiment.hasClassification()) {
      throw notAClassifier(folder);
    }
    try (var weights = Weights.open(folder)) {
      int outputs =
          weights.file().shapes().entrySet().stream()
              .filter(entry -> VitNames.isHead(entry.getKey()) && entry.getValue().size() == 2)
              .map(entry -> entry.getValue().get(0))
              .findFirst()
              .orElseThrow(() -> notAClassifier(folder));
      var task = new Classification(experiment, outputs);
      // Not the exported function, which looks class names up in a table.
      var graph =
          new InferenceGraph((tf, params) -> functions(task, tf, params), machine.session());
      graph.restore(weights.name(), weights.file());
      var images = new InputImages(experiment.getModel(), experiment.getData());
      return new OpenClassifier(
          folder.toString(),
          record.getData().getClassesList(),
          images,
          pixels -> logits(graph, images, pixels),
          weights.record(),
          () -> {
            images.close();
            graph.close();
          });
    }
  }

  private static List<Signature> functions(LabelledTask task, Ops tf, Params params) {
    var image = task.experiment().getModel().getImage();
    var shape =
        Shape.of(Shape.UNKNOWN_SIZE, image.getHeight(), image.getWidth(), image.getChannels());
    var pixels = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    var normalisation = PixelNormalisation.of(task.experiment().getData(), image.getChannels());
    var logits = task.logits(tf, params, normalisation.apply(tf, pixels));
    return List.of(
        Signature.builder()
            .key(Signatures.CLASSIFY)
            .input(Signatures.IMAGES, pixels)
            .output(Signatures.LOGITS, logits)
            .build());
  }

  private static IllegalArgumentException notAClassifier(Path folder) {
    return new IllegalArgumentException(
        "%s is no classifier; give the folder of a run that learned from labels, or a classifier that was exported"
            .formatted(folder));
  }

  private static float[][] logits(InferenceGraph graph, InputImages images, float[][] pixels) {
    var shape = images.shape();
    try (var input =
            TFloat32.tensorOf(
                Shape.of(pixels.length, shape.getHeight(), shape.getWidth(), shape.getChannels()));
        var result =
            graph.run(Signatures.CLASSIFY, Map.of(Signatures.IMAGES, filled(input, pixels)))) {
      var output = (TFloat32) result.get(Signatures.LOGITS).orElseThrow();
      var rows = new float[pixels.length][(int) output.shape().get(1)];
      var values = output.asRawTensor().data().asFloats();
      for (int i = 0; i < rows.length; i++) {
        values.offset((long) i * rows[i].length).read(rows[i]);
      }
      return rows;
    }
  }

  private static TFloat32 filled(TFloat32 tensor, float[][] rows) {
    var values = tensor.asRawTensor().data().asFloats();
    for (int i = 0; i < rows.length; i++) {
      values.offset((long) i * rows[i].length).write(rows[i]);
    }
    return tensor;
  }

  /**
   * The images to judge this classifier on.
   *
   * @throws DataException if there are none, or their classes are not this classifier's
   */
  public Source requireJudged(ImageSet images) {
    if (images.evaluation().size() == 0) {
      throw new DataException(
          "\"%s\" has no images to judge on (%s): %s"
              .formatted(
                  images.spec(),
                  images.evaluation().about(),
                  record
                      .map(of -> of.getData().getSpec())
                      .filter(spec -> !spec.equals(images.spec()))
                      .map(
                          spec ->
                              "%s was trained with --data %s".formatted(name, ShellWord.of(spec)))
                      .orElseGet(images::howToCut)));
    }
    requireClasses(images.evaluation(), images.spec());
    return images.evaluation();
  }

  /**
   * Accepts images whose classes are this classifier's.
   *
   * @throws DataException if they are not
   */
  public void requireClasses(Source source, String spec) {
    if (!source.classes().equals(classes)) {
      throw new DataException(
          "\"%s\" has the classes %s, %s was trained on %s; the names and their order must be the same"
              .formatted(spec, source.classes(), name, classes));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      opened.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(name + " could not be closed", e);
    }
  }
}
