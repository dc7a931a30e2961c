package org.maejava.eval.run;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.maejava.data.DataPlan;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.task.LabelledTask;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.Batch;
import org.maejava.train.InferenceGraph;
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
   * @param stop asked after every batch
   * @param each is told of every answer, in the order of the images
   * @throws StoppedException if that says so
   */
  static Accuracy run(
      LabelledTask task,
      ImageSet data,
      DataPlan plan,
      WeightSource weights,
      Machine machine,
      BooleanSupplier stop,
      Consumer<Answer> each) {
    var accuracy = new Accuracy();
    try (var graph = new InferenceGraph(task::evaluation, machine.session());
        var batches = plan.evaluation(data.evaluation(), BATCH).open()) {
      graph.restore("the trained model", weights);
      while (batches.hasNext()) {
        if (stop.getAsBoolean()) {
          throw new StoppedException("in the evaluation");
        }
        try (var batch = batches.next();
            var result =
                graph.run(Signatures.CLASSIFY, Map.of(Batch.IMAGES, batch.floats(Batch.IMAGES)))) {
          var logits = (TFloat32) result.get(0);
          accuracy.add(logits, batch.floats(Batch.LABELS), batch.floats(Batch.WEIGHTS));
          Answer.each(logits, batch, each);
        }
      }
    }
    return accuracy;
  }
}
