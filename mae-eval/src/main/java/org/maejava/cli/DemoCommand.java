package org.maejava.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.study.Studies;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mae demo}: the bundled comparison, on the bundled images. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "The whole path in minutes, on bundled images.",
      "",
      "Pre-train without labels, compare what few labels are worth with and without it, export the"
          + " models, write a report with pictures. It is a comparison as `mae compare` runs them. A demo"
          + " that was stopped goes on with the same command."
    })
final class DemoCommand extends ComparisonCommand {

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes. Default: ${DEFAULT-VALUE}",
      defaultValue = "runs/demo")
  private Path out;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Where the exported models go. Default: ${DEFAULT-VALUE}",
      defaultValue = "saved-models/models")
  private Path models;

  @Option(
      names = "--set",
      paramLabel = "TEXTPROTO",
      description = "Changes pre-training: 'model { mask_ratio: 0.6 }'.")
  private List<String> set = List.of();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Epochs of pre-training; warm-up and the comparison's epochs in proportion. Default: the"
              + " recipe's.")
  private @Nullable Integer epochs;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Draws of labels for each entry of the comparison. Default: ${DEFAULT-VALUE}",
      defaultValue = "3")
  private int seeds;

  @Override
  List<Part> parts() {
    return List.of(new Part(Studies.demo(set, Optional.ofNullable(epochs), seeds), "demo", out));
  }

  @Override
  Optional<Path> models() {
    return Optional.of(models);
  }
}
