package org.maejava.eval;

import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.spec.ImageSet;
import org.maejava.proto.Experiment;
import org.maejava.train.Batch;
import org.maejava.weights.WeightSource;
import org.tensorflow.types.TFloat32;

/** Classification of a whole evaluation half. */
final class Evaluations {

  private static final int BATCH = 250;

  private Evaluations() {}

  /**
   * Every evaluation image counted once, whatever the batch size.
   *
   * @param plan told of the images that cannot be read
   */
  static Accuracy run(
      Experiment experiment, ImageSet data, DataPlan plan, WeightSource weights, Machine machine) {
    var accuracy = new Accuracy();
    try (var graph =
            new Assembly(experiment, machine).evaluation(data.training().classes().size());
        var batches = plan.evaluation(data.evaluation(), BATCH).open()) {
      graph.restore("the trained model", weights);
      while (batches.hasNext()) {
        try (var batch = batches.next();
            var result =
                graph.run(
                    Assembly.LOGITS, Map.of(Batch.IMAGES, batch.tensors().get(Batch.IMAGES)))) {
          accuracy.add(
              (TFloat32) result.get(0),
              (TFloat32) batch.tensors().get(Batch.LABELS),
              (TFloat32) batch.tensors().get(Batch.WEIGHTS));
        }
      }
    }
    return accuracy;
  }
}
