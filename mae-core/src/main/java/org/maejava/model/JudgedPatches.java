package org.maejava.model;

import org.maejava.proto.ModelConfig;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The patches that the loss is taken on, J of L: the hidden ones, unless an ablation takes all. */
sealed interface JudgedPatches {

  /** Patches {@code [B, L, p·p·C]} → those that are judged, {@code [B, J, p·p·C]}, shuffled. */
  Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches, Masking masking);

  /**
   * The decoder's tokens {@code [B, 1 + L, W]} → predictions for these patches {@code [B, J, t]}.
   */
  Operand<TFloat32> predict(Ops tf, Decoder decoder, Operand<TFloat32> tokens, Masking masking);

  /** What a checked configuration asks for. */
  static JudgedPatches of(ModelConfig model) {
    return model.hasLossOnAllPatches() ? new All() : new Hidden();
  }

  /** As published. */
  record Hidden() implements JudgedPatches {
    @Override
    public Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches, Masking masking) {
      return masking.hidden(tf, patches);
    }

    @Override
    public Operand<TFloat32> predict(
        Ops tf, Decoder decoder, Operand<TFloat32> tokens, Masking masking) {
      return decoder.predictHidden(tf, tokens, masking);
    }
  }

  /** Hidden and visible ones (paper, section 3, footnote). */
  record All() implements JudgedPatches {
    @Override
    public Operand<TFloat32> of(Ops tf, Operand<TFloat32> patches, Masking masking) {
      return masking.shuffled(tf, patches);
    }

    @Override
    public Operand<TFloat32> predict(
        Ops tf, Decoder decoder, Operand<TFloat32> tokens, Masking masking) {
      return decoder.predictAll(tf, tokens, masking);
    }
  }
}
