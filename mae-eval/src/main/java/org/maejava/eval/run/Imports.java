package org.maejava.eval.run;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maejava.config.Experiments;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.recipe.Recipes;
import org.maejava.model.PatchGrid;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.savedmodel.weights.ForeignWeights;
import org.maejava.savedmodel.weights.ImportedFolder;
import org.maejava.savedmodel.weights.WeightsInspection;

/** Weights of others as folders that every command takes. */
public final class Imports {

  private Imports() {}

  /**
   * Imports weights.
   *
   * @param changes text-proto that tells of the geometry what the file does not
   * @param destination a new folder, or an earlier import
   * @throws IllegalArgumentException listing everything that is in the way
   * @throws IOException naming the file or destination and the cause
   */
  public static RunRecord write(
      Path source, List<String> changes, Machine machine, InstantSource clock, Path destination)
      throws IOException {
    try (var weights = ForeignWeights.open(source)) {
      var inspection = weights.inspection();
      if (!inspection.usable()) {
        throw new IllegalArgumentException(inspection.refusal());
      }
      var experiment = complete(source, inspection, changes);
      checkPositions(source, weights, experiment);
      var origin = Origin.now("import", "", clock);
      return ImportedFolder.write(
          source, weights, experiment, origin.provenance(machine), destination);
    }
  }

  private static Experiment complete(
      Path source, WeightsInspection inspection, List<String> changes) {
    var experiment = inspection.experiment();
    for (var change : changes) {
      experiment =
          Experiments.merge(experiment, Experiments.parse(change, "--set '" + change + "'"));
    }
    var unknown = WeightsInspection.undetermined(experiment);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "%s does not tell %s".formatted(source, String.join("; nor ", unknown)));
    }
    checkShapes(source, inspection.experiment(), experiment);
    // As part of a whole recipe every number is checked against the others.
    var protocol = experiment.hasClassification() ? "finetune" : "pretrain";
    var family = Recipes.familyOf(experiment).orElse("b16");
    if (experiment.hasClassification() || experiment.getModel().hasDecoder()) {
      var unused = Recipes.load(family, protocol, List.of(Recipes.text(experiment)));
    }
    return experiment.toBuilder().clearWithout().build();
  }

  /** What the tensors tell cannot be told otherwise. */
  private static void checkShapes(Path source, Experiment told, Experiment changed) {
    var problems = new ArrayList<String>();
    var before = told.getModel();
    var after = changed.getModel();
    compare(problems, "model.patch", before.getPatch(), after.getPatch());
    compare(
        problems,
        "model.encoder",
        before.getEncoder().toBuilder().clearHeads().clearLayerNormEpsilon().build(),
        after.getEncoder().toBuilder().clearHeads().clearLayerNormEpsilon().build());
    compare(
        problems,
        "model.decoder",
        before.getDecoder().toBuilder().clearHeads().clearLayerNormEpsilon().build(),
        after.getDecoder().toBuilder().clearHeads().clearLayerNormEpsilon().build());
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "--set contradicts the tensors of %s: %s".formatted(source, String.join("; ", problems)));
    }
  }

  private static void compare(List<String> problems, String what, Message before, Message after) {
    if (!before.equals(after)) {
      problems.add(
          "%s is { %s }, not { %s }"
              .formatted(
                  what,
                  TextFormat.printer().shortDebugString(before),
                  TextFormat.printer().shortDebugString(after)));
    }
  }

  private static void checkPositions(Path source, ForeignWeights weights, Experiment experiment) {
    var grid = PatchGrid.of(experiment.getModel());
    int positions =
        Optional.ofNullable(weights.shapes().get("pos_embed")).map(shape -> shape.get(1)).orElse(0);
    if (positions != 1 + grid.count()) {
      throw new IllegalArgumentException(
          "%s has positions for %d patches, not for the %d x %d of model.image and model.patch"
              .formatted(source, positions - 1, grid.rows(), grid.columns()));
    }
  }
}
