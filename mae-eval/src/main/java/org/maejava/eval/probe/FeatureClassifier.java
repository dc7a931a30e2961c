package org.maejava.eval.probe;

import java.util.function.BooleanSupplier;
import org.maejava.eval.machine.Machine;

/** Learns from features with labels and answers others. */
public sealed interface FeatureClassifier permits NearestNeighbours, LogisticProbe {

  /** What sets it apart, such as {@code k = 20}. */
  String name();

  /** Values that are learned beside the features themselves. */
  long parameters(int width, int classes);

  /**
   * Scores of every class for every row of {@code asked}.
   *
   * @param known with labels
   * @param asked {@code [Q][D]}
   * @return logits {@code [Q][classes]}, whose softmax is the classes' probabilities
   * @throws org.maejava.eval.run.StoppedException if asked to stop
   */
  float[][] logits(
      Features known, float[][] asked, int classes, Machine machine, BooleanSupplier stop);
}
