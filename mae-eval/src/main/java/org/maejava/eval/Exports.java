package org.maejava.eval;

import java.io.IOException;
import java.nio.file.Path;
import org.maejava.proto.RunRecord;
import org.maejava.savedmodel.SavedModelWriter;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.WeightSource;

/** Trained weights as SavedModels. */
public final class Exports {

  private Exports() {}

  /**
   * Writes a pre-trained model or a classifier, whichever the record's recipe says.
   *
   * @param record how the weights came about
   * @param destination a new folder, or an earlier export
   * @throws IOException naming the destination and the cause
   */
  public static Path write(
      RunRecord record, WeightSource weights, Machine machine, Path destination)
      throws IOException {
    var experiment = record.getExperiment();
    try (var graph =
        new InferenceGraph(
            (tf, params) ->
                switch (experiment.getTaskCase()) {
                  case PRETRAINING ->
                      Signatures.pretrained(
                          tf, params, experiment.getModel(), experiment.getData());
                  case CLASSIFICATION ->
                      Signatures.classifier(
                          tf,
                          params,
                          experiment.getModel(),
                          experiment.getData(),
                          experiment.getClassification(),
                          record.getData().getClassesCount());
                  case PIXEL_FLOOR, TASK_NOT_SET ->
                      throw new IllegalArgumentException(
                          "only pre-trained models and classifiers can be exported");
                },
            machine.session())) {
      graph.restore("the trained model", weights);
      return SavedModelWriter.write(graph, record, destination);
    }
  }
}
