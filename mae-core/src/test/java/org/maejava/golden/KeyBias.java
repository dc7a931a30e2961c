package org.maejava.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The one parameter that no two implementations of Adam agree on.
 *
 * <p>Softmax does not feel a shift of all scores of a row, so the key third of a qkv bias has an
 * analytically zero gradient; Adam scales its rounding noise to a full step. What can be asked of
 * it is that it moved by at most the sum of the rates, here and in the published run.
 */
public final class KeyBias {

  private KeyBias() {}

  /**
   * The actual values, their key third replaced by the expected ones if this is such a bias.
   *
   * @param rates sum of the rates of all updates
   */
  public static float[] exempt(String name, float[] expected, float[] actual, double rates) {
    if (!name.endsWith("attn.qkv.bias")) {
      return actual;
    }
    var exempted = actual.clone();
    int third = actual.length / 3;
    for (int i = third; i < 2 * third; i++) {
      assertThat(actual[i]).as(name).isCloseTo(expected[i], within((float) (2 * rates)));
      exempted[i] = expected[i];
    }
    return exempted;
  }
}
