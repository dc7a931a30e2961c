package org.maejava.eval.look;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.maejava.data.DataPlan;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Spread;
import org.maejava.eval.run.StoppedException;
import org.maejava.eval.task.Task;
import org.maejava.proto.Experiment;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.Batch;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightSource;
import org.tensorflow.types.TFloat32;

/**
 * What an encoder makes of a few images, those left out that cannot be read.
 *
 * @param rows of the images, in the source's order
 */
public record EncodedImages(List<Row> rows) {

  private static final int BATCH = 50;

  /**
   * Of one image.
   *
   * @param index in the source
   * @param name of the image
   * @param label of its class, or {@link Example#UNLABELLED}
   * @param values pooled features, {@code [D]}
   * @param attention of the class token on the patches in the last block, {@code [heads][L]}
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  public record Row(int index, String name, int label, float[] values, float[][] attention) {}

  /**
   * Encodes images; empty for a model without an encoder.
   *
   * @param stop asked before every batch
   * @throws StoppedException if that says so
   */
  public static Optional<EncodedImages> of(
      Experiment experiment,
      WeightSource weights,
      Source few,
      Machine machine,
      BooleanSupplier stop) {
    var task = Task.of(experiment, few.classes().size());
    try (var graph = new InferenceGraph(task::representation, machine.session())) {
      if (graph.signatures().isEmpty()) {
        return Optional.empty();
      }
      graph.restore("the trained model", weights);
      var plan = DataPlan.ofFew(experiment.getData(), experiment.getModel(), 0, machine.threads());
      var rows = new ArrayList<Row>();
      try (var batches = plan.evaluation(few, Math.min(BATCH, few.size())).open()) {
        int next = 0;
        while (batches.hasNext()) {
          if (stop.getAsBoolean()) {
            throw new StoppedException("while the report was made");
          }
          try (var batch = batches.next();
              var result =
                  graph.run(
                      Signatures.FEATURES, Map.of(Batch.IMAGES, batch.floats(Batch.IMAGES)))) {
            var features = (TFloat32) result.get(Signatures.FEATURES).orElseThrow();
            var attention = (TFloat32) result.get(Signatures.ATTENTION).orElseThrow();
            for (int i = 0; i < batch.size(); i++) {
              next = Spread.indexOf(batch.names().get(i), few, next);
              rows.add(
                  new Row(
                      next,
                      batch.names().get(i),
                      few.label(next),
                      values(features, i),
                      onPatches(attention, i)));
              next++;
            }
          }
        }
      }
      return Optional.of(new EncodedImages(rows));
    }
  }

  private static float[] values(TFloat32 features, int image) {
    var values = new float[(int) features.shape().get(1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = features.getFloat(image, i);
    }
    return values;
  }

  /** Without the class token's on itself. */
  private static float[][] onPatches(TFloat32 attention, int image) {
    var values = new float[(int) attention.shape().get(1)][(int) attention.shape().get(2) - 1];
    for (int head = 0; head < values.length; head++) {
      for (int patch = 0; patch < values[head].length; patch++) {
        values[head][patch] = attention.getFloat(image, head, 1 + patch);
      }
    }
    return values;
  }
}
