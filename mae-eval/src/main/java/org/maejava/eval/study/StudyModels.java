package org.maejava.eval.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.maejava.eval.compare.Cells;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.Exports;
import org.maejava.eval.run.RunFolder;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.storage.WholeFile;
import org.maejava.weights.WeightSource;

/**
 * The models that a comparison exports. Which are its own is listed in its folder, by their way
 * from there, and said by each in its record, for the comparison that begins anew where the one
 * that wrote them was deleted; what lies in the place of another is not replaced unasked.
 */
final class StudyModels {

  private final Study.Request request;
  private final Machine machine;

  StudyModels(Study.Request request, Machine machine) {
    this.request = request;
    this.machine = machine;
  }

  /**
   * Accepts the places that models are to be written to.
   *
   * @throws IllegalArgumentException naming every one that something else lies in
   */
  void requireFree(List<Start> starts) throws IOException {
    if (request.models().isEmpty() || request.overwrite()) {
      return;
    }
    var own = own();
    var planned =
        Stream.concat(
                starts.stream().filter(start -> start.pretraining().isPresent()).map(this::model),
                request.plan().getExportsList().stream().map(this::model))
            .toList();
    var taken = new ArrayList<Path>();
    for (var model : planned) {
      if (Files.exists(model) && !own.contains(model) && !saysSo(model) && !isEmptyFolder(model)) {
        taken.add(model);
      }
    }
    if (!taken.isEmpty()) {
      throw new IllegalArgumentException(
          "%s %s there already, not written by the comparison in %s; choose another --models, or start"
                  .formatted(
                      taken.stream().map(Path::toString).collect(Collectors.joining(" and ")),
                      taken.size() == 1 ? "is" : "are",
                      request.out())
              + " over and replace with --overwrite");
    }
  }

  /** Whether a model says that the comparison in this place wrote it. */
  private boolean saysSo(Path model) throws IOException {
    return Files.isDirectory(model)
        && RecordFile.read(model)
            .filter(record -> record.getComparison().equals(toHere(model)))
            .isPresent();
  }

  private String toHere(Path model) {
    return absolute(model).relativize(fromHere()).toString();
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (var entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Exports what was pre-trained. */
  void write(Start start) throws IOException {
    if (request.models().isPresent() && start.pretraining().isPresent()) {
      write(request.pretraining(start).record(), start.opened().orElseThrow().file(), model(start));
    }
  }

  /** Exports a row's classifier. */
  void write(String candidate, RunRecord record, WeightSource trained) throws IOException {
    if (request.models().isPresent()) {
      write(record, trained, model(candidate));
    }
  }

  private void write(RunRecord record, WeightSource weights, Path model) throws IOException {
    var own = new ArrayList<>(own());
    if (!own.contains(model)) {
      // Before the model: one that was begun is this comparison's too.
      own.add(model);
      var lines = own.stream().map(path -> fromHere().relativize(absolute(path)) + "\n");
      WholeFile.write(list(), lines.collect(Collectors.joining()).getBytes(UTF_8));
    }
    var told = record.toBuilder().setComparison(toHere(model)).build();
    Exports.write(told, weights, machine, model);
  }

  /** Those of this comparison that lie where models are to go now. */
  List<Path> own() throws IOException {
    if (request.models().isEmpty() || !Files.exists(list())) {
      return List.of();
    }
    var folder = request.models().get();
    return Files.readAllLines(list(), UTF_8).stream()
        .map(line -> fromHere().resolve(line).normalize())
        .filter(path -> absolute(folder).equals(path.getParent()))
        .map(path -> folder.resolve(path.getFileName()))
        .toList();
  }

  private Path list() {
    return request.out().resolve(RunFolder.MODELS);
  }

  private Path fromHere() {
    return absolute(request.out());
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private Path model(Start start) {
    return named("pretrained" + (start.name().isEmpty() ? "" : "-" + Cells.slug(start.name())));
  }

  private Path model(String candidate) {
    boolean several = request.plan().getExportsCount() > 1;
    return named("classifier" + (several ? "-" + Cells.slug(candidate) : ""));
  }

  private Path named(String what) {
    return request.models().orElseThrow().resolve(request.name() + "-" + what);
  }
}
