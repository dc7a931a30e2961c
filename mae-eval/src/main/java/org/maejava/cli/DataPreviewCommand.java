package org.maejava.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.picture.Preview;
import org.maejava.eval.recipe.Recipes;
import org.maejava.words.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mae data preview}. */
@Command(
    name = "preview",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Draw what the network sees of a few training images.",
      "",
      "Each as it is, then several draws of crop and augmentation; for pre-training the last one"
          + " masked."
    },
    footer = {"", "Example:  mae data preview photos/ --recipe b16/finetune"})
final class DataPreviewCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private RunOptions.Recipe recipe;
  @Mixin private RunOptions.Threads threads;
  @Mixin private Replacement replacement;

  @Parameters(paramLabel = "SPEC", description = "The data; `mae data --help` tells the syntax.")
  private String data;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images. Default: ${DEFAULT-VALUE}")
  private int count;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "5",
      description = "Draws of each. Default: ${DEFAULT-VALUE}")
  private int draws;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "preview.png",
      description = "The PNG to write. Default: ${DEFAULT-VALUE}")
  private Path out;

  @Override
  public Integer call() throws IOException {
    return UsageException.onWrongInput(this::run);
  }

  private Integer run() throws IOException {
    if (count < 1 || draws < 1) {
      throw new UsageException(
          "--count " + count + " and --draws " + draws + " must be at least 1");
    }
    replacement.require(spec, out);
    var experiment = Recipes.load(recipe.nameOrDefault(), "pretrain", recipe.overrides());
    var preview =
        Preview.of(experiment, ImageSet.open(data).training(), count, draws, threads.machine());
    Pictures.write(preview.sheet(), out);
    var print = spec.commandLine().getOut();
    print.printf(
        "%s: each image as it is, then %s; rows from above:%n", out, Counted.of(draws, "draw"));
    List<String> names = preview.names();
    for (int row = 0; row < names.size(); row++) {
      print.printf("  %d  %s%n", row + 1, names.get(row));
    }
    print.flush();
    return 0;
  }
}
