package org.maejava.golden;

import java.util.List;
import org.tensorflow.types.TFloat32;

/** Class probabilities from golden class indices. */
public final class Labels {

  /** Classes of the golden classifiers. */
  public static final int CLASSES = 7;

  private Labels() {}

  /** {@code [B, classes]}: smoothing spread evenly over all classes, the rest on the true one. */
  public static TFloat32 of(Golden inputs, String name, int index, double smoothing) {
    int batch = inputs.shape(name).get(1);
    var classes = inputs.floats(name);
    var probabilities = new float[batch * CLASSES];
    for (int i = 0; i < batch; i++) {
      for (int c = 0; c < CLASSES; c++) {
        boolean isTrue = c == classes[index * batch + i];
        probabilities[i * CLASSES + c] =
            (float) (smoothing / CLASSES + (isTrue ? 1 - smoothing : 0));
      }
    }
    return Golden.tensor(probabilities, List.of(batch, CLASSES));
  }
}
