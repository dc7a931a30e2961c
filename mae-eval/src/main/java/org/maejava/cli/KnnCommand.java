package org.maejava.cli;

import java.util.List;
import org.maejava.eval.proto.ComparisonPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mae knn}. */
@Command(
    name = "knn",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Classify by the training images most alike in frozen features.",
      "",
      "Cosine similarity, votes weighted by exp(similarity / temperature). Nothing is trained, so it is"
          + " the quickest look at a representation."
    },
    footer = {"", "Example:  mae knn --weights runs/photos --data photos/"})
final class KnnCommand extends FeatureCommand {

  @Option(
      names = "--neighbours",
      paramLabel = "K",
      split = ",",
      description = "How many vote; a row for each. Default: ${DEFAULT-VALUE}",
      defaultValue = "5,10,20,100")
  private List<Integer> neighbours;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "The lower, the more the most alike count. Default: ${DEFAULT-VALUE}",
      defaultValue = "0.07")
  private double temperature;

  @Override
  ComparisonPlan plan() {
    return looks().nearestNeighbours(neighbours, temperature);
  }
}
