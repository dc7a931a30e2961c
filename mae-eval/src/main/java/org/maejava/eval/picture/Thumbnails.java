package org.maejava.eval.picture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.source.Source;
import org.maejava.eval.machine.Machine;
import org.maejava.proto.Experiment;
import org.maejava.train.Batch;

/** Images of an evaluation as the network sees them. */
public final class Thumbnails {

  private Thumbnails() {}

  /**
   * The pixels of some images, {@code [H, W, C]} in [0, 1], by their index in the source; those
   * that cannot be read are missing.
   */
  public static Map<Integer, float[][][]> of(
      Experiment experiment, Source source, List<Integer> indices, Machine machine) {
    var distinct = indices.stream().distinct().sorted().toList();
    var found = new HashMap<Integer, float[][][]>();
    if (distinct.isEmpty()) {
      return found;
    }
    var few = source.subset(distinct.stream().mapToInt(Integer::intValue).toArray());
    var plan = DataPlan.ofFew(experiment.getData(), experiment.getModel(), 0, machine.threads());
    var shown = new ShownImages(experiment.getData());
    try (var batches = plan.evaluation(few, few.size()).open()) {
      int next = 0;
      while (batches.hasNext()) {
        try (var batch = batches.next()) {
          for (int i = 0; i < batch.size(); i++) {
            next = Spread.indexOf(batch.names().get(i), few, next);
            found.put(distinct.get(next), shown.shown(batch.floats(Batch.IMAGES), i));
            next++;
          }
        }
      }
    }
    return found;
  }
}
