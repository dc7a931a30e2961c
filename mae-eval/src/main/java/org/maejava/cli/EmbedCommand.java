package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.embed.Embedding;
import org.maejava.eval.proto.RowsRecord;
import org.maejava.savedmodel.Signatures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mae embed}. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Write an exported model's features of every image.",
      "",
      "As .npy (rows' names in .npy.jsonl), .csv or .jsonl, training half first. What was stopped goes on"
          + " with the same command."
    },
    footer = {
      "",
      "Exit status: 0 done, 1 if an image could not be read and was left out.",
      "Example:",
      "  mae embed saved-models/models/photos --data photos/ --out photos.npy"
    })
final class EmbedCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "SPEC",
      description = "The images; `mae data --help` tells the syntax.")
  private String data;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
  private Path out;

  @Option(
      names = "--average",
      description = "The mean of the patches' tokens instead of the class token.")
  private boolean average;

  @Option(
      names = "--overwrite",
      description = "Replace a file that was made of another model or other images.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    var images = ImageSet.open(data);
    int total = images.training().size() + images.evaluation().size();
    RowsRecord rows;
    var interrupt = Interrupt.of(spec);
    try (var opened = model.open();
        var progress = new CountProgress("embedded", total, () -> false)) {
      interrupt.keep();
      rows =
          new Embedding(
                  opened, model.folder.toString(), images, model.workers(), progress, interrupt)
              .features(average ? Signatures.AVERAGE : Signatures.FEATURES, out, overwrite);
    }
    if (rows.getDone() < total) {
      return ModelOptions.stopped(rows.getDone(), total, spec);
    }
    ModelOptions.report(rows.getUnreadableList(), spec.commandLine().getErr());
    var print = spec.commandLine().getOut();
    print.printf(
        Locale.ROOT, "%s: %,d images, %d features each%n", out, rows.getRows(), rows.getWidth());
    print.flush();
    return rows.getUnreadableCount() == 0 ? 0 : 1;
  }
}
