package org.maejava.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.embed.Embedding;
import org.maejava.eval.proto.RowsRecord;
import org.maejava.eval.reliability.OpenClassifier;
import org.maejava.eval.run.RunFolder;
import org.maejava.proto.UnreadableImage;
import org.maejava.savedmodel.SavedModel;
import org.maejava.words.Counted;
import org.maejava.words.ShellWord;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** An exported model that a command uses, and what is said of images it could not have. */
final class ModelOptions {

  private static final int NAMED = 5;

  @Mixin private RunOptions.Threads threads;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The folder of an exported model.")
  Path folder;

  @Mixin Replacement replacement;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Whose images a command goes over. */
  static final class Data {

    @Option(
        names = "--data",
        required = true,
        paramLabel = "SPEC",
        description = "The images; `mae data --help` tells the syntax.")
    private String spec;

    ImageSet open() {
      return ImageSet.open(spec);
    }
  }

  /** A pass that tells its progress. */
  @FunctionalInterface
  interface Pass<T> {
    T run(Embedding embedding) throws IOException;
  }

  SavedModel open() throws IOException {
    if (!OpenClassifier.isExported(folder)) {
      throw new UsageException(
          Files.exists(folder)
              ? RunFolder.withoutModel(folder)
                  .orElse(
                      "%s is no exported model; `mae export %s` makes one of a run"
                          .formatted(folder, ShellWord.of(folder)))
              : "there is no exported model at %s; `mae export` writes one".formatted(folder));
    }
    return SavedModel.open(folder, threads.machine().session());
  }

  /**
   * Every image through the model, with a progress bar, until Ctrl-C.
   *
   * @param done what has become of an image, for the bar
   */
  <T> T over(ImageSet images, SavedModel opened, String done, Pass<T> pass) throws IOException {
    int total = images.size();
    try (var progress = new CountProgress(done, total, () -> false)) {
      Interrupt.of(command).keep();
      return pass.run(embedding(images, opened, progress));
    }
  }

  /** Every image through the model, until Ctrl-C. */
  Embedding embedding(ImageSet images, SavedModel opened, IntConsumer progress) {
    return new Embedding(
        opened,
        folder.toString(),
        images,
        threads.machine().threads(),
        progress,
        Interrupt.of(command));
  }

  /** Says how far a stopped pass came, and how to go on. */
  int stopped(RowsRecord rows, int total) {
    var err = command.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "mae: stopped after %,d of %s; go on with: %s%n",
        rows.getDone(),
        Counted.of(total, "image"),
        Typed.of(command));
    err.flush();
    return ExitStatus.STOPPED;
  }

  /**
   * Says what came of a whole pass's rows.
   *
   * @param written of those that there are
   * @return the exit status
   */
  int end(RowsRecord rows, ImageSet images, Path out, Runnable written) {
    Interrupt.of(command).finish();
    var err = command.commandLine().getErr();
    report(shown(rows.getUnreadableList(), images), err);
    if (rows.getRows() == 0) {
      err.printf("mae: not one image could be read; %s is not written%n", out);
      err.flush();
    } else {
      written.run();
      command.commandLine().getOut().flush();
    }
    return rows.getUnreadableCount() == 0 ? 0 : 1;
  }

  /** Images by the names that they would be typed with. */
  static List<UnreadableImage> shown(List<UnreadableImage> skipped, ImageSet of) {
    return skipped.stream()
        .map(image -> image.toBuilder().setName(of.shown(image.getName())).build())
        .toList();
  }

  /** Names the first of those that were skipped, and counts them. */
  static void report(List<UnreadableImage> skipped, PrintWriter err) {
    skipped.stream()
        .limit(NAMED)
        .forEach(bad -> err.printf("mae: note: skipped %s: %s%n", bad.getName(), bad.getReason()));
    if (skipped.size() > NAMED) {
      err.printf(
          Locale.ROOT, "mae: note: and %,d more that could not be read%n", skipped.size() - NAMED);
    }
    err.flush();
  }
}
