package org.maejava.eval.compare;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.maejava.eval.compare.ComparisonRun.Grid;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.proto.LabelBudget;
import org.maejava.eval.run.Preparation;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.RunRequest;
import org.maejava.weights.WeightDigest;

/**
 * One protocol with several seeds: other draws of the labels and of everything that training draws.
 *
 * @param request what every run is of
 * @param prepared recipe, weights and data of it
 */
public record Repetition(RunRequest request, Preparation prepared) {

  /**
   * Every seed, from the recipe's on; those that were finished before are not repeated.
   *
   * @param seeds how many, at least one
   * @throws IllegalArgumentException if there are runs of other recipes, weights, images
   */
  public ComparisonRun of(int seeds, Running running) throws IOException {
    var experiment = prepared.found().experiment().toBuilder();
    // The comparison draws.
    experiment.getDataBuilder().clearLabelledImages();
    long first = experiment.getTraining().getSeed();
    var pretrained =
        prepared
            .weights()
            .map(
                open -> {
                  var start = prepared.start().orElseThrow().source();
                  return new Pretrained(
                      open.name(),
                      start,
                      WeightDigest.of(start),
                      request.keepHead(),
                      open.licence());
                });
    var candidate =
        new TrainedCandidate(
            request.protocol().title(),
            request.protocol(),
            prepared.found().name(),
            experiment.build(),
            pretrained.map(Pretrained::name).orElse(""),
            pretrained,
            OptionalDouble.empty(),
            Optional.empty());
    var grid =
        new Grid(
            prepared.data(),
            List.of(candidate),
            List.of(budget()),
            LongStream.range(first, first + seeds).boxed().toList(),
            Optional.empty(),
            Map.of());
    var cells = Cells.in(request.folder().path().resolve(RunFolder.CELLS));
    return new ComparisonRun(grid, running, cells);
  }

  private Budget budget() {
    var recipe = prepared.found().experiment().getData();
    return recipe.hasLabelledImages()
        ? new Budget(LabelBudget.newBuilder().setTotal(recipe.getLabelledImages()).build())
        : Budget.ALL;
  }
}
