package org.maejava.model;

import org.maejava.nn.LayerNorm;
import org.maejava.proto.TransformerConfig;

/** What a Transformer's layer norms add to the variance. */
final class NormEpsilon {

  private NormEpsilon() {}

  /** The published number unless the configuration has its own. */
  static double of(TransformerConfig config) {
    return config.hasLayerNormEpsilon()
        ? config.getLayerNormEpsilon().getValue()
        : LayerNorm.EPSILON;
  }
}
