package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.embed.Embedding;
import org.maejava.eval.proto.RowsRecord;
import org.maejava.savedmodel.Signatures;
import org.maejava.words.Counted;
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

  @Mixin private ModelOptions.Data data;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
  private Path out;

  @Option(
      names = "--average",
      description = "The mean of the patches' tokens instead of the class token.")
  private boolean average;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    var images = data.open();
    var rows = rows(images);
    int total = images.size();
    if (rows.getDone() < total) {
      return model.stopped(rows, total);
    }
    return model.end(rows, images, out, () -> print(rows));
  }

  private void print(RowsRecord rows) {
    var print = spec.commandLine().getOut();
    print.printf(
        Locale.ROOT,
        "%s: %s, %d features each%n",
        out,
        Counted.of(rows.getRows(), "image"),
        rows.getWidth());
    if (out.toString().endsWith(".npy")) {
      print.printf("%s: which image each row is of%n", Embedding.names(out));
    }
  }

  private RowsRecord rows(ImageSet images) throws IOException {
    try (var opened = model.open()) {
      return model.over(images, opened, "embedded", this::features);
    }
  }

  private RowsRecord features(Embedding embedding) throws IOException {
    var output = average ? Signatures.AVERAGE : Signatures.FEATURES;
    return embedding.features(output, out, model.replacement.wanted());
  }
}
