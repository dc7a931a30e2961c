package org.maejava.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.study.Studies;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mae compare}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compare protocols on the same labels and images, as a file describes.",
      "",
      "Every protocol with every label budget and seed is a cell. A comparison that was stopped or"
          + " killed goes on with the same command and repeats nothing that is finished; its report is"
          + " written again after every cell."
    },
    footer = {"", "Example:  mae compare comparison.textproto --dry-run"})
final class CompareCommand extends ComparisonCommand {

  @Parameters(
      paramLabel = "FILE",
      description = "The comparison, text-proto; see docs/comparisons.md.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where cells and report go. Default: runs/ and the file's name.")
  private @Nullable Path out;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "Export what was pre-trained, and the classifiers that the comparison's `exports` names.")
  private @Nullable Path models;

  @Option(
      names = "--epochs-share",
      paramLabel = "X",
      description =
          "Multiplies the epochs of all recipes: 0.1 for a quick look. Default: the file's.")
  private @Nullable Double epochsShare;

  @Option(
      names = "--dry-run",
      description = "Check everything, list the cells with their estimated time, and run none.")
  private boolean dryRun;

  @Option(
      names = "--status",
      description =
          "Show what is finished so far of what the file describes, also while another process runs it.")
  private boolean status;

  @Override
  List<Part> parts() {
    var name = file.getFileName().toString().replaceFirst("\\.textproto$", "");
    return List.of(new Part(plan(), name, out == null ? Path.of("runs", name) : out));
  }

  private ComparisonPlan plan() {
    var plan = Studies.read(file);
    if (plan.hasData()) {
      Notes.print(spec, ImageSet.otherMeaning(plan.getData()));
    }
    return epochsShare == null ? plan : plan.toBuilder().setEpochsShare(epochsShare).build();
  }

  @Override
  Optional<Path> models() {
    return Optional.ofNullable(models);
  }

  @Override
  boolean dryRun() {
    return dryRun;
  }

  @Override
  boolean statusOnly() {
    return status;
  }
}
