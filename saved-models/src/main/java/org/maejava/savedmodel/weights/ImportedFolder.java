package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.maejava.proto.DataDescription;
import org.maejava.proto.Experiment;
import org.maejava.proto.Imported;
import org.maejava.proto.Provenance;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.storage.FolderLock;
import org.maejava.storage.IoReason;
import org.maejava.storage.WholeFolder;
import org.maejava.weights.SafetensorsWriter;

/**
 * Weights of others as a folder of this project: {@code weights.safetensors} with the published
 * names, {@code record.json} with the geometry, and a card. It is there whole or not at all.
 */
public final class ImportedFolder {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String CARD = "README.md";
  private static final Set<String> OWN = Set.of(WEIGHTS, RecordFile.NAME, CARD);

  private ImportedFolder() {}

  /**
   * Writes one.
   *
   * @param source where the weights lie
   * @param weights that can be used
   * @param experiment model, pixel statistics and task, complete but for training
   * @param provenance of this import
   * @param destination a new folder, an empty one, or an earlier import
   * @return its record
   * @throws IllegalArgumentException if the weights cannot be used, or something else lies there
   * @throws org.maejava.storage.FolderInUseException if another process writes there
   * @throws IOException naming the destination and the cause
   */
  @SuppressWarnings("try") // the lock is held, not used
  public static RunRecord write(
      Path source,
      ForeignWeights weights,
      Experiment experiment,
      Provenance provenance,
      Path destination)
      throws IOException {
    var inspection = weights.inspection();
    if (!inspection.usable()) {
      throw new IllegalArgumentException(inspection.refusal());
    }
    checkReplaceable(destination);
    var record = record(source, weights, experiment, provenance);
    try (var lock = FolderLock.of(destination)) {
      WholeFolder.write(
          destination,
          partial -> {
            SafetensorsWriter.write(partial.resolve(WEIGHTS), weights, Map.of("format", "pt"));
            RecordFile.write(record, partial);
            Files.writeString(partial.resolve(CARD), card(destination, inspection, record), UTF_8);
          });
      return record;
    } catch (IllegalStateException e) {
      // Of a tensor whose bytes are damaged.
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void checkReplaceable(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is a file; weights are imported to a folder");
    }
    List<String> foreign;
    try (var entries = Files.list(folder)) {
      foreign =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !OWN.contains(name))
              .sorted()
              .limit(5)
              .toList();
    }
    boolean run = RecordFile.read(folder).filter(record -> !record.hasImported()).isPresent();
    if (!foreign.isEmpty() || run) {
      throw new IllegalArgumentException(
          "%s has files that no import wrote (%s) and is left as it is; choose another --out"
              .formatted(folder, foreign.isEmpty() ? RecordFile.NAME : String.join(", ", foreign)));
    }
  }

  private static RunRecord record(
      Path source, ForeignWeights weights, Experiment experiment, Provenance provenance)
      throws IOException {
    var inspection = weights.inspection();
    var imported =
        Imported.newBuilder()
            .setFile(nameOf(source))
            .setSha256(digest(source))
            .setFormat(inspection.format())
            .setFamily(inspection.family())
            .addAllAssumed(inspection.assumed());
    inspection.licence().ifPresent(imported::setLicence);
    return RunRecord.newBuilder()
        .setCommand("import")
        .setRecipe(weights.record().map(RunRecord::getRecipe).orElse(""))
        .setExperiment(experiment)
        .setProvenance(provenance)
        .setParameters(inspection.parameters())
        .setData(DataDescription.newBuilder().addAllClasses(inspection.classNames()))
        .setImported(imported)
        .build();
  }

  private static String nameOf(Path source) {
    var name = source.toAbsolutePath().normalize().getFileName();
    return name == null ? source.toString() : name.toString();
  }

  private static String digest(Path source) throws IOException {
    var file = Files.isDirectory(source) ? TensorFiles.inFolder(source).orElse(source) : source;
    try {
      return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, IoReason.of(e)), e);
    }
  }

  private static String card(Path destination, WeightsInspection inspection, RunRecord record) {
    var imported = record.getImported();
    var model = record.getExperiment().getModel();
    var card = new StringBuilder();
    card.append("# ").append(nameOf(destination)).append("\n\n");
    card.append(
        String.format(
            Locale.ROOT,
            "%s: %s.%n%n",
            capital(inspection.kind().orElseThrow().description()),
            inspection.family()));
    card.append("| | |\n|---|---|\n");
    row(card, "From", "`%s` (%s)".formatted(imported.getFile(), imported.getFormat()));
    row(card, "SHA-256", "`%s`".formatted(imported.getSha256()));
    row(
        card,
        "Images",
        "%d x %d x %d in patches of %d x %d"
            .formatted(
                model.getImage().getHeight(),
                model.getImage().getWidth(),
                model.getImage().getChannels(),
                model.getPatch().getHeight(),
                model.getPatch().getWidth()));
    row(
        card,
        "Encoder",
        "width %d, %d blocks, %d heads"
            .formatted(
                model.getEncoder().getWidth(),
                model.getEncoder().getDepth(),
                model.getEncoder().getHeads()));
    row(card, "Parameters", String.format(Locale.ROOT, "%,d", inspection.parameters()));
    if (!inspection.assumed().isEmpty()) {
      card.append("\nNot in the file, but taken as usual:\n\n");
      inspection.assumed().forEach(sentence -> card.append("- ").append(sentence).append('\n'));
    }
    card.append("\n## Licence\n\n");
    card.append(
        inspection
            .licence()
            .orElse("That of whoever trained these weights; the file does not tell it."));
    return card.append('\n').toString();
  }

  private static void row(StringBuilder card, String what, String value) {
    card.append("| ").append(what).append(" | ").append(value).append(" |\n");
  }

  private static String capital(String sentence) {
    return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }
}
