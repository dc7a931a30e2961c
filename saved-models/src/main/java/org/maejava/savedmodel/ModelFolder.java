package org.maejava.savedmodel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.maejava.record.RecordFile;

/** The files of an exported model, by name. */
final class ModelFolder {

  /** Graph and functions. */
  static final String GRAPH = "saved_model.pb";

  /** The weights as TensorFlow loads them. */
  static final String VARIABLES = "variables";

  /** The weights alone, under the published names. */
  static final String WEIGHTS = "weights.safetensors";

  /** The model card, for people. */
  static final String CARD = "model-card.md";

  /** The model card, for programs. */
  static final String FACTS = "card.json";

  /** Files that the graph reads. */
  static final String ASSETS = "assets";

  /** Of those, a classifier's class names, one a line, in the order of its outputs. */
  static final String CLASSES = "classes.txt";

  private static final String VARIABLES_INDEX = VARIABLES + "/variables.index";
  private static final Set<String> ALL =
      Set.of(GRAPH, VARIABLES, ASSETS, WEIGHTS, CARD, FACTS, RecordFile.NAME);

  private ModelFolder() {}

  /**
   * Accepts a SavedModel's folder.
   *
   * @throws IOException saying what is missing
   */
  static void check(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new IOException(folder + " does not exist; give the folder of an exported model");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is a file; give the folder of an exported model");
    }
    var missing =
        Stream.of(GRAPH, VARIABLES_INDEX)
            .filter(name -> !Files.isRegularFile(folder.resolve(name)))
            .toList();
    if (!missing.isEmpty()) {
      throw new IOException(
          "%s is not a SavedModel: it has no %s"
              .formatted(folder, String.join(" and no ", missing)));
    }
  }

  /**
   * Accepts what an export may take the place of: nothing, an empty folder, an earlier export.
   *
   * @throws IOException naming what would be lost
   */
  static void checkReplaceable(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is a file; a model is exported to a folder");
    }
    List<String> foreign;
    try (var entries = Files.list(folder)) {
      foreign =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !ALL.contains(name))
              .sorted()
              .limit(5)
              .toList();
    }
    if (!foreign.isEmpty()) {
      throw new IOException(
          "%s has files that no export wrote (%s) and is left as it is; choose another folder"
              .formatted(folder, String.join(", ", foreign)));
    }
  }

  /**
   * Accepts files that are those that were exported, as far as a model is loaded from them.
   *
   * @throws IOException naming every one that has changed
   */
  static void verify(Path folder) throws IOException {
    var loaded = new TreeMap<>(ModelFacts.digests(folder.resolve(FACTS)));
    loaded.remove(WEIGHTS);
    FileDigests.verify(folder, loaded);
  }

  /**
   * SHA-256 of graph and weights, hexadecimal: as the card says, or where there is none, of now.
   */
  static String digest(Path folder) throws IOException {
    var digests = ModelFacts.digests(folder.resolve(FACTS));
    var of = new TreeMap<>(digests.isEmpty() ? FileDigests.of(folder) : digests);
    of.keySet().removeIf(name -> !name.equals(GRAPH) && !name.startsWith(VARIABLES + "/"));
    return Hashing.sha256().hashString(of.toString(), UTF_8).toString();
  }

  /** The class names, empty if the folder has none. */
  static List<String> classes(Path folder) throws IOException {
    var file = folder.resolve(ASSETS).resolve(CLASSES);
    try {
      return Files.exists(file) ? Files.readAllLines(file, UTF_8) : List.of();
    } catch (CharacterCodingException e) {
      throw new IOException(file + " holds no class names: it is not UTF-8", e);
    }
  }
}
