package org.maejava.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.study.Ablation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mae ablate}. */
@Command(
    name = "ablate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Repeat the paper's ablations on your images, at the scale of a recipe.",
      "",
      "Pre-trains once in every setting, then runs the same protocols from each, as `mae compare` does:"
          + " decoder-depth, decoder-width, mask-token, target, augmentation, mask-sampling (Table 1 a to"
          + " f), mask-ratio (Figure 5), epochs (Figure 7), or all. What was stopped goes on with the same"
          + " command; settings that are in several ablations are pre-trained once."
    },
    footer = {"", "Example:  mae ablate mask-ratio --recipe tiny-64 --data photos/ --dry-run"})
final class AblateCommand extends ComparisonCommand {

  private static final String ALL = "all";

  @Parameters(paramLabel = "NAME", arity = "1..*", description = "Which, one after the other.")
  private List<String> names = List.of();

  @Option(
      names = "--data",
      paramLabel = "SPEC",
      defaultValue = "fashion-mnist",
      description =
          "Labelled images; `mae data --help` tells the syntax. Default: ${DEFAULT-VALUE}")
  private String data;

  @Option(
      names = "--recipe",
      paramLabel = "FAMILY",
      defaultValue = "demo",
      description = "The family of recipes: the scale. Default: ${DEFAULT-VALUE}")
  private String family;

  @Option(
      names = "--set",
      paramLabel = "TEXTPROTO",
      description = "Changes pre-training in every setting. May be repeated.")
  private List<String> set = List.of();

  @Option(
      names = "--set-evaluation",
      paramLabel = "TEXTPROTO",
      description = "Changes the protocols' recipes. May be repeated.")
  private List<String> setEvaluation = List.of();

  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      description = "finetune or linear-probe; may be repeated. Default: both")
  private List<String> protocols = List.of("finetune", "linear-probe");

  @Option(
      names = "--labels",
      paramLabel = "N",
      description = "Labelled images for the protocols, spread over the classes. Default: all")
  private @Nullable Integer labels;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Draws of labels for each protocol and setting. Default: ${DEFAULT-VALUE}")
  private int seeds;

  @Option(
      names = "--epochs-share",
      paramLabel = "X",
      defaultValue = "1",
      description = "Multiplies the epochs of all recipes: 0.1 for a quick look.")
  private double epochsShare;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs/ablate",
      description = "Where a folder for each ablation goes. Default: ${DEFAULT-VALUE}")
  private Path out;

  @Option(
      names = "--dry-run",
      description = "Check everything, list the cells with their estimated time, and run none.")
  private boolean dryRun;

  @Override
  List<Part> parts() {
    var chosen = names.contains(ALL) ? Ablation.NAMES : names.stream().distinct().toList();
    var request =
        new Ablation.Request(
            data,
            family,
            set,
            setEvaluation,
            protocols,
            Optional.ofNullable(labels),
            seeds,
            epochsShare);
    return chosen.stream().map(name -> part(name, Ablation.of(name, request))).toList();
  }

  private Part part(String name, Ablation ablation) {
    var heading = new ArrayList<>(List.of(ablation.plan().getTitle()));
    heading.addAll(ablation.leftOut());
    return new Part(heading, ablation.plan(), name, out.resolve(name));
  }

  @Override
  Optional<Path> shared() {
    return Optional.of(out.resolve("pretraining"));
  }

  @Override
  Optional<Path> models() {
    return Optional.empty();
  }

  @Override
  boolean dryRun() {
    return dryRun;
  }
}
