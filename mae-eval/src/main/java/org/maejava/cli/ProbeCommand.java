package org.maejava.cli;

import java.util.List;
import org.maejava.eval.proto.ComparisonPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mae probe}. */
@Command(
    name = "probe",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fit a linear classifier to frozen features by L-BFGS.",
      "",
      "Features are computed once, without augmentation; the penalty of the squared weights is chosen on"
          + " labels held out of the training half. `mae linear-probe` is the paper's protocol."
    },
    footer = {"", "Example:  mae probe --weights runs/photos --data photos/"})
final class ProbeCommand extends FeatureCommand {

  @Option(
      names = "--penalties",
      paramLabel = "X",
      split = ",",
      description =
          "Half of it times the squared weights is added to the mean loss; one is not chosen from."
              + " Default: ${DEFAULT-VALUE}",
      defaultValue = "1e-5,1e-4,1e-3,1e-2,1e-1,1")
  private List<Double> penalties;

  @Option(
      names = "--held-out",
      paramLabel = "SHARE",
      description =
          "Of each class's labels, at least one, to choose the penalty on. Default: ${DEFAULT-VALUE}",
      defaultValue = "0.2")
  private double heldOut;

  @Override
  ComparisonPlan plan() {
    return looks().logisticRegression(penalties, heldOut);
  }
}
