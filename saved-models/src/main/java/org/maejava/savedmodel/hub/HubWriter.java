package org.maejava.savedmodel.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.savedmodel.weights.NameFamily;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFolder;
import org.maejava.weights.FiniteWeights;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightSource;

/**
 * Writes weights as a folder for PyTorch's libraries: {@code model.safetensors}, and what the
 * library wants beside it. The folder is there whole or not at all.
 */
public final class HubWriter {

  private static final String WEIGHTS = "model.safetensors";
  private static final String CONFIG = "config.json";
  private static final String PROCESSOR = "preprocessor_config.json";
  private static final Set<String> ALL = Set.of(WEIGHTS, CONFIG, PROCESSOR, RecordFile.NAME);

  private HubWriter() {}

  /**
   * Writes a model.
   *
   * @param weights under the published names
   * @param record with a complete recipe
   * @param destination a folder that is not there yet, is empty, or holds an earlier export
   * @return the destination
   * @throws IOException naming the destination and the cause; nothing is left behind
   * @throws IllegalArgumentException if the library has no such model
   */
  public static Path write(WeightSource weights, RunRecord record, HubStyle style, Path destination)
      throws IOException {
    var config = new HubConfig(record);
    var classes = classes(weights, record);
    var texts =
        switch (style) {
          case PUBLISHED -> Map.<String, String>of();
          case TIMM -> Map.of(CONFIG, config.timm(classes.size()));
          case HUGGING_FACE ->
              Map.of(CONFIG, config.transformers(classes), PROCESSOR, config.imageProcessor());
        };
    var named =
        switch (style) {
          case PUBLISHED -> weights;
          case TIMM -> new HubWeights(weights, NameFamily.PUBLISHED, false);
          case HUGGING_FACE ->
              new HubWeights(weights, NameFamily.HUGGING_FACE, !config.isClassifier());
        };
    var folder = destination.toAbsolutePath().normalize();
    try {
      checkReplaceable(folder);
      WholeFolder.write(
          folder,
          partial -> {
            SafetensorsWriter.write(
                partial.resolve(WEIGHTS),
                new FiniteWeights("the model", named),
                Map.of("format", "pt"));
            for (var text : texts.entrySet()) {
              Files.writeString(partial.resolve(text.getKey()), text.getValue(), UTF_8);
            }
            RecordFile.write(record, partial);
          });
      return destination;
    } catch (IOException e) {
      throw new IOException(
          "the weights could not be exported to %s: %s".formatted(destination, IoReason.of(e)), e);
    }
  }

  /** Names of the outputs of the head, their numbers where they are not known. */
  private static List<String> classes(WeightSource weights, RunRecord record) {
    if (!record.getExperiment().hasClassification()) {
      return List.of();
    }
    var shapes = weights.shapes();
    var head = shapes.getOrDefault("head.weight", shapes.getOrDefault("head.1.weight", List.of(0)));
    var known = record.getData().getClassesList();
    return known.size() == head.get(0)
        ? List.copyOf(known)
        : IntStream.range(0, head.get(0)).mapToObj(Integer::toString).toList();
  }

  private static void checkReplaceable(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is a file; weights are exported to a folder");
    }
    try (var entries = Files.list(folder)) {
      var foreign =
          entries.map(entry -> entry.getFileName().toString()).filter(name -> !ALL.contains(name));
      var first = foreign.sorted().findFirst();
      if (first.isPresent()) {
        throw new IOException(
            "%s has files that no export wrote (%s) and is left as it is; choose another folder"
                .formatted(folder, first.get()));
      }
    }
  }
}
