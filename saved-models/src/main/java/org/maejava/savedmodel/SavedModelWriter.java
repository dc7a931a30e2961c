package org.maejava.savedmodel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.maejava.proto.Experiment.TaskCase;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFolder;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.SafetensorsWriter;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * Writes a model as a TensorFlow SavedModel folder, with its weights alone as {@code
 * weights.safetensors}, the model card as {@code model-card.md} and {@code card.json}, the run's
 * {@code record.json} and, for a classifier, {@code assets/classes.txt}.
 *
 * <p>The folder is there whole or not at all. An earlier export at the destination stays until then
 * and is replaced; anything else that lies there is never touched.
 */
public final class SavedModelWriter {

  private SavedModelWriter() {}

  /**
   * Writes a model.
   *
   * @param graph with its weights; the operations that save them are added to it
   * @param record how the model came about; what is not set is left out of the card
   * @param destination a folder that is not there yet, is empty, or holds an earlier export
   * @return the destination
   * @throws IOException naming the destination and the cause; nothing is left behind
   * @throws IllegalArgumentException if the record is not one of this model
   */
  public static Path write(InferenceGraph graph, RunRecord record, Path destination)
      throws IOException {
    return write(graph, record, new Precision.Float32(), destination);
  }

  /**
   * As above, for a model that computes in a precision of its own.
   *
   * @param precision what its card says of that
   */
  public static Path write(
      InferenceGraph graph, RunRecord record, Precision precision, Path destination)
      throws IOException {
    checkRecord(graph.signatures(), record);
    var folder = destination.toAbsolutePath().normalize();
    try {
      ModelFolder.checkReplaceable(folder);
      WholeFolder.write(
          folder,
          partial -> {
            var names = classNames(graph.signatures(), record);
            writeGraph(graph, names, partial);
            SafetensorsWriter.write(
                partial.resolve(ModelFolder.WEIGHTS), graph.weights(), Map.of("format", "pt"));
            RecordFile.write(record, partial);
            var name = folder.getFileName().toString();
            writeCards(new ModelFacts(name, record, graph.signatures(), precision), partial);
          });
      return destination;
    } catch (IOException | TensorFlowException e) {
      throw new IOException(
          "the model could not be exported to %s: %s".formatted(destination, IoReason.of(e)), e);
    }
  }

  private static void checkRecord(List<Signature> signatures, RunRecord record) {
    var task = record.getExperiment().getTaskCase();
    boolean classifier = classes(signatures) > 0;
    if (task != TaskCase.TASK_NOT_SET && classifier != (task == TaskCase.CLASSIFICATION)) {
      throw new IllegalArgumentException(
          "the record is of %s, but the model is a %s"
              .formatted(task, classifier ? "classifier" : "pre-trained model"));
    }
    int names = record.getData().getClassesCount();
    if (classifier && names > 0 && names != classes(signatures)) {
      throw new IllegalArgumentException(
          "the record's data.classes has %d names, but the classifier has %d outputs"
              .formatted(names, classes(signatures)));
    }
  }

  /** Outputs of the classification head, 0 without one. */
  private static int classes(List<Signature> signatures) {
    return signatures.stream()
        .filter(signature -> signature.key().equals(Signatures.CLASSIFY))
        .map(signature -> signature.getOutputs().get(Signatures.LOGITS))
        .filter(Objects::nonNull)
        .mapToInt(logits -> (int) logits.shape.get(1))
        .findFirst()
        .orElse(0);
  }

  private static void writeGraph(InferenceGraph graph, List<String> names, Path folder)
      throws IOException {
    VariableSaver.addTo(graph.session().graph(), graph.params());
    SavedModelBundle.exporter(folder.toString())
        .withSession(graph.session())
        .withSignatures(graph.signatures().toArray(Signature[]::new))
        .export();
    ServedGraph.complete(folder.resolve(ModelFolder.GRAPH), graph.params(), names);
    if (!names.isEmpty()) {
      var assets = Files.createDirectories(folder.resolve(ModelFolder.ASSETS));
      Files.write(assets.resolve(ModelFolder.CLASSES), names, UTF_8);
    }
  }

  /** Of a classifier's outputs; their numbers where the names are not known. */
  private static List<String> classNames(List<Signature> signatures, RunRecord record) {
    var known = record.getData().getClassesList();
    if (classes(signatures) == 0) {
      return List.of();
    }
    return known.isEmpty()
        ? IntStream.range(0, classes(signatures)).mapToObj(Integer::toString).toList()
        : known.stream().map(name -> name.replaceAll("\\R", " ")).toList();
  }

  private static void writeCards(ModelFacts facts, Path folder) throws IOException {
    Files.writeString(folder.resolve(ModelFolder.CARD), ModelCards.render(facts), UTF_8);
    var digests = new TreeMap<>(FileDigests.of(folder));
    digests.remove(ModelFolder.CARD); // people may add to it
    Files.writeString(folder.resolve(ModelFolder.FACTS), facts.json(digests), UTF_8);
  }
}
