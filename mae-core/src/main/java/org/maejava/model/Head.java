package org.maejava.model;

import java.util.List;
import org.maejava.nn.FeatureNorm;
import org.maejava.nn.Init;
import org.maejava.nn.Linear;
import org.maejava.nn.Params;
import org.maejava.nn.StatisticUpdate;
import org.maejava.proto.ClassificationTask;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** From pooled features to class scores: a linear layer, behind statistics of features or not. */
sealed interface Head {

  /**
   * Class scores in training.
   *
   * @param logits {@code [B, classes]}
   * @param updates to be run with the step
   */
  record Trained(Operand<TFloat32> logits, List<StatisticUpdate> updates) {}

  /** Features {@code [B, D]} → logits, with the batch's statistics. */
  Trained train(Ops tf, Operand<TFloat32> features);

  /** Features {@code [B, D]} → logits {@code [B, classes]}, with the statistics of training. */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> features);

  /** What a task asks for; with statistics they are {@code head.0} and the layer {@code head.1}. */
  static Head of(Params params, ClassificationTask task, int width, int classes) {
    var init = Init.truncatedNormal(task.getHeadInitStd());
    return task.hasFeatureNorm()
        ? new Normalised(
            new FeatureNorm(params.at(0), width), new Linear(params.at(1), width, classes, init))
        : new Plain(new Linear(params, width, classes, init));
  }

  /** Reads the features as they are. */
  record Plain(Linear linear) implements Head {
    @Override
    public Trained train(Ops tf, Operand<TFloat32> features) {
      return new Trained(apply(tf, features), List.of());
    }

    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> features) {
      return linear.apply(tf, features);
    }
  }

  /** Reads each feature with mean 0 and variance 1 (paper, A.1, linear probing). */
  record Normalised(FeatureNorm norm, Linear linear) implements Head {
    @Override
    public Trained train(Ops tf, Operand<TFloat32> features) {
      var normalised = norm.train(tf, features);
      return new Trained(linear.apply(tf, normalised.output()), normalised.updates());
    }

    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> features) {
      return linear.apply(tf, norm.apply(tf, features));
    }
  }
}
