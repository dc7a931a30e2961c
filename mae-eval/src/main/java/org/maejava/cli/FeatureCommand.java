package org.maejava.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.study.Looks;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What commands that look at frozen features have in common. */
abstract class FeatureCommand extends ComparisonCommand {

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "PATH",
      description =
          "Pre-trained weights: a run's folder, a checkpoint, an exported or imported model, or a file"
              + " of PyTorch or safetensors.")
  private Path weights;

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      description =
          "Images: fashion-mnist (bundled), a folder, shards, a list; `mae data --help` tells the"
              + " syntax. Default: fashion-mnist")
  private @Nullable String data;

  @Option(
      names = "--labels",
      paramLabel = "N",
      description =
          "Learn from N labelled images only, spread evenly over the classes, drawn by the seed.")
  private @Nullable Integer labels;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Draws of labels. Default: ${DEFAULT-VALUE}",
      defaultValue = "1")
  private int seeds;

  @Mixin private RunOptions.Recipe recipe;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where records and report go. Default: runs/ and the command's name.")
  private @Nullable Path out;

  /** What is asked for. */
  final Looks looks() {
    return new Looks(
        weights,
        Optional.ofNullable(data),
        Optional.ofNullable(recipe.name),
        recipe.set,
        Optional.ofNullable(labels),
        recipe.seed == null ? 0 : recipe.seed,
        seeds);
  }

  /** The comparison of them. */
  abstract ComparisonPlan plan();

  @Override
  final String subject() {
    return "what is asked for";
  }

  @Override
  final List<Part> parts() {
    var folder = out == null ? Path.of("runs", spec.name()) : out;
    return List.of(new Part(plan(), spec.name(), folder));
  }

  @Override
  final Optional<Path> models() {
    return Optional.empty();
  }
}
