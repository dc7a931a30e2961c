package org.maejava.nn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** Linear, GELU, Linear: {@code [B, T, D]} → {@code [B, T, D]}. */
public final class Mlp implements Layer {

  private final Class<? extends TFloating> type;
  private final Linear fc1;
  private final Linear fc2;

  public Mlp(Params params, int width, int hiddenWidth) {
    type = params.computeType();
    fc1 = new Linear(params.at("fc1"), width, hiddenWidth);
    fc2 = new Linear(params.at("fc2"), hiddenWidth, width);
  }

  @Override
  public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
    return fc1.applyWithGelu(tf, Casts.to(tf, x, type), fc2);
  }
}
