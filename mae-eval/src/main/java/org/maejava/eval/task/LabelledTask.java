package org.maejava.eval.task;

import java.util.List;
import org.maejava.data.source.FewLabels;
import org.maejava.data.spec.ImageSet;
import org.maejava.nn.Params;
import org.maejava.proto.Experiment;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.Batch;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A task that is taught by labels and judged by right answers. */
public sealed interface LabelledTask extends Task permits Classification, PixelFloor {

  /** The recipe. */
  Experiment experiment();

  /** Class scores {@code [B, classes]} of images {@code [B, H, W, C]}, normalised. */
  Operand<TFloat32> logits(Ops tf, Params params, Operand<TFloat32> images);

  @Override
  default String heading() {
    return "Training";
  }

  /** The labelled images that the recipe asks for, spread evenly over the classes. */
  @Override
  default ImageSet select(ImageSet data) {
    data.requireLabelled();
    if (!experiment().getData().hasLabelledImages()) {
      return data;
    }
    var few =
        FewLabels.balanced(
            data.training(),
            experiment().getData().getLabelledImages(),
            experiment().getTraining().getSeed());
    return new ImageSet(data.spec(), few, data.evaluation());
  }

  /** The function {@link Signatures#CLASSIFY} from normalised images to logits. */
  default List<Signature> evaluation(Ops tf, Params params) {
    var images = Inputs.of(experiment()).images(tf);
    return List.of(
        Signature.builder()
            .key(Signatures.CLASSIFY)
            .input(Batch.IMAGES, images)
            .output(Signatures.LOGITS, logits(tf, params, images))
            .build());
  }
}
