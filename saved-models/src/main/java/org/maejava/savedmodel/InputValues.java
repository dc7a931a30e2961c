package org.maejava.savedmodel;

import java.util.Locale;
import org.tensorflow.Tensor;

/** What the values of an input must be, beside its type and shape. */
final class InputValues {

  private InputValues() {}

  /**
   * Accepts pixel values of 0 to 1, with room for what bicubic resizing overshoots.
   *
   * @throws IllegalArgumentException with the first value outside −0.5 to 1.5: bytes and images
   *     that were normalised before would give wrong results without an error
   */
  static void checkPixels(String name, Tensor images) {
    var values = BatchArrays.floats(images);
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] >= -0.5f && values[i] <= 1.5f)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s[%d] has the value %s; pixel values go from 0 to 1 (bytes divided by 255, not"
                    + " normalised: the model does that)",
                name,
                i / (values.length / images.shape().get(0)),
                values[i]));
      }
    }
  }

  /**
   * Accepts what can be put in order.
   *
   * @throws IllegalArgumentException with the first place of a NaN
   */
  static void checkOrder(String name, Tensor noise) {
    var values = BatchArrays.floats(noise);
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        throw new IllegalArgumentException(
            "%s[%d] has a NaN; it must be possible to put the patches in order"
                .formatted(name, i / (values.length / noise.shape().get(0))));
      }
    }
  }
}
