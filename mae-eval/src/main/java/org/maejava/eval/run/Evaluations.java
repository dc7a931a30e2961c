package org.maejava.eval.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.maejava.cluster.Workers;
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
   * Every evaluation image counted once, whatever the batch size. Several workers share the batches
   * out, which are those of one process; all of them learn the whole.
   *
   * @param plan told of the images that cannot be read
   * @param stop asked after every batch; if one worker says so, all stop
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
    var workers = machine.workers();
    int rounds = DataPlan.evaluationBatches(data.evaluation(), BATCH, workers.count());
    var share = plan.shard(workers.index(), workers.count());
    var mine = new ArrayList<Judged>();
    try (var graph = new InferenceGraph(task::evaluation, machine.session());
        var batches = share.evaluation(data.evaluation(), BATCH).open()) {
      graph.restore("the trained model", weights);
      for (int round = 0; round < rounds; round++) {
        if (anyStops(workers, stop)) {
          throw new StoppedException("in the evaluation");
        }
        if (batches.hasNext()) {
          judge(graph, batches, mine);
        }
      }
    }
    var accuracy = new Accuracy();
    for (var said : workers.gather(Judged.write(mine))) {
      for (var image : Judged.read(said)) {
        accuracy.add(image.judgement());
        each.accept(image.answer());
      }
    }
    return accuracy;
  }

  private static void judge(InferenceGraph graph, Iterator<Batch> batches, List<Judged> to) {
    try (var batch = batches.next();
        var result =
            graph.run(Signatures.CLASSIFY, Map.of(Batch.IMAGES, batch.floats(Batch.IMAGES)))) {
      Judged.each((TFloat32) result.get(0), batch, to::add);
    }
  }

  private static boolean anyStops(Workers workers, BooleanSupplier stop) {
    var asked = workers.gather(new long[] {stop.getAsBoolean() ? 1 : 0});
    return Arrays.stream(asked).anyMatch(said -> said[0] > 0);
  }
}
