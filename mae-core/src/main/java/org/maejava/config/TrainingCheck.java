package org.maejava.config;

import java.util.List;
import org.maejava.proto.Experiment;
import org.maejava.proto.TrainingConfig;

/** What must hold of a recipe's {@code training}. */
final class TrainingCheck {

  private TrainingCheck() {}

  /** Everything that is impossible. */
  static List<String> problems(Experiment experiment) {
    var problems = new Problems();
    var training = experiment.getTraining();
    problems.addAll(length(training));
    problems.positive("training.batch_size", training.getBatchSize());
    problems.positive("training.accumulation_steps", training.getAccumulationSteps());
    problems.within("training.base_rate", training.getBaseRate(), Double.MIN_VALUE, 1e6);
    problems.within("training.min_rate", training.getMinRate(), 0, 1e6);
    problems.within("training.weight_decay", training.getWeightDecay(), 0, 1e3);
    if (!experiment.hasClassification()
        && training.hasLayerDecay()
        && training.getLayerDecay() != 1) {
      problems.add(
          "training.layer_decay %s is for classification only".formatted(training.getLayerDecay()));
    }
    if (training.hasGradientClip()) {
      problems.within(
          "training.gradient_clip.max_norm",
          training.getGradientClip().getMaxNorm(),
          Double.MIN_VALUE,
          1e12);
    }
    if (training.hasWeightAverage()) {
      problems.within(
          "training.weight_average.decay",
          training.getWeightAverage().getDecay(),
          0,
          Math.nextDown(1.0));
    }
    switch (training.getOptimizerCase()) {
      case ADAMW -> {
        problems.within(
            "training.adamw.beta1", training.getAdamw().getBeta1(), 0, Math.nextDown(1.0));
        problems.within(
            "training.adamw.beta2", training.getAdamw().getBeta2(), 0, Math.nextDown(1.0));
        problems.within("training.adamw.epsilon", training.getAdamw().getEpsilon(), 0, 1);
      }
      case LARS -> {
        problems.within(
            "training.lars.momentum", training.getLars().getMomentum(), 0, Math.nextDown(1.0));
        problems.within(
            "training.lars.trust_coefficient", training.getLars().getTrustCoefficient(), 0, 1e3);
      }
      case SGD ->
          problems.within(
              "training.sgd.momentum", training.getSgd().getMomentum(), 0, Math.nextDown(1.0));
      case OPTIMIZER_NOT_SET -> throw new IllegalStateException("presence was checked before");
    }
    return problems.found();
  }

  private static List<String> length(TrainingConfig training) {
    var problems = new Problems();
    if (training.hasImagePasses()) {
      if (training.getImagePasses() < 1) {
        problems.add("training.image_passes 0 must be at least 1");
      }
      problems.require(
          training.hasWarmupShare(),
          "training.warmup_share, which goes with training.image_passes as warmup_epochs with epochs,");
    } else {
      problems.positive("training.epochs", training.getEpochs());
    }
    if (training.hasWarmupShare()) {
      problems.within("training.warmup_share", training.getWarmupShare(), 0, Math.nextDown(1.0));
    } else if (!training.hasImagePasses()
        && !(training.getWarmupEpochs() >= 0
            && training.getWarmupEpochs() < training.getEpochs())) {
      problems.add(
          "training.warmup_epochs %s must be from 0 to below training.epochs %d; shorten both, as --epochs N does"
              .formatted(Problems.number(training.getWarmupEpochs()), training.getEpochs()));
    }
    return problems.found();
  }
}
