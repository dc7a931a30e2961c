package org.maejava.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands with labels have in common: initial weights and few labels. */
abstract class ClassificationCommand extends TrainingCommand {

  @Option(
      names = "--weights",
      paramLabel = "PATH",
      description =
          "Pre-trained weights: a run's folder, a checkpoint, an exported or imported model, or a file"
              + " of PyTorch or safetensors.")
  private @Nullable Path weights;

  @Option(
      names = "--keep-head",
      description =
          "Start from the head of --weights too, if it has as many classes. Default: a new head.")
  private boolean keepHead;

  @Option(
      names = "--labels",
      paramLabel = "N",
      description =
          "Train on N labelled images only, spread evenly over the classes, drawn by the seed.")
  private @Nullable Integer labels;

  @Override
  boolean keepsHead() {
    return keepHead;
  }

  /** Whether random weights are what was asked for. */
  boolean fromScratch() {
    return false;
  }

  @Override
  List<String> ownChanges() {
    var changes = new ArrayList<String>();
    if (labels != null) {
      changes.add("data { labelled_images: " + labels + " }");
    }
    return changes;
  }

  @Override
  Optional<Path> weights() {
    if (fromScratch() && keepHead) {
      throw new UsageException("--keep-head and --from-scratch exclude each other");
    }
    if (fromScratch() && weights != null) {
      throw new UsageException("--weights and --from-scratch exclude each other");
    }
    if (!fromScratch() && weights == null && !goesOn()) {
      throw new UsageException(
          "%s needs pre-trained weights: give --weights, such as the folder of a `mae pretrain` run"
              .formatted(spec.name()));
    }
    return Optional.ofNullable(weights);
  }
}
