package org.maejava.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.reliability.OpenClassifier;
import org.maejava.words.ShellWord;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A classifier that is judged, and on what. */
final class ClassifierOptions {

  @Parameters(
      paramLabel = "MODEL",
      description = "A run's folder, or that of an exported classifier.")
  Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "SPEC",
      description = "Labelled images; `mae data --help` tells the syntax.")
  String data;

  /** Where a record goes that no place is named for: to the run, for its report. */
  Path record(@Nullable Path named, String name) {
    if (named != null) {
      return named;
    }
    return OpenClassifier.isExported(model) ? Path.of(name) : model.resolve(name);
  }

  /** Where it went, and who shows it. */
  String written(Path record) {
    return record.startsWith(model)
        ? "record: %s; `mae report %s` puts it into the report"
            .formatted(record, ShellWord.of(model))
        : "record: " + record.toAbsolutePath();
  }
}
