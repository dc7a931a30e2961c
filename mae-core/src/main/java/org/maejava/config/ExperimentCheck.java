package org.maejava.config;

import java.util.List;
import java.util.Set;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.maejava.proto.TrainingConfig;
import org.maejava.proto.TransformerConfig;

/** Everything that is wrong with a complete recipe, each as subject, value and limit. */
final class ExperimentCheck {

  /** What may be absent without changing a result. */
  private static final Set<String> OPTIONAL =
      Set.of("model.preset", "about", DataCheck.LABELLED_IMAGES);

  private final Experiment experiment;
  private final boolean pretraining;
  private final Problems problems = new Problems();

  ExperimentCheck(Experiment experiment) {
    this.experiment = experiment;
    pretraining = experiment.hasPretraining();
  }

  List<String> problems() {
    requireParts();
    problems.requireNumbers(experiment, "", path -> OPTIONAL.contains(path) || irrelevant(path));
    if (problems.none()) {
      checkModel(experiment.getModel());
      int channels = experiment.getModel().getImage().getChannels();
      problems.addAll(DataCheck.problems(experiment.getData(), channels));
      problems.addAll(AugmentationCheck.problems(experiment));
      problems.addAll(TrainingCheck.problems(experiment));
      if (experiment.hasClassification()) {
        checkClassification();
      }
    }
    return problems.found();
  }

  private void requireParts() {
    var model = experiment.getModel();
    problems.require(model.hasImage(), "model.image");
    problems.require(model.hasPatch(), "model.patch");
    problems.require(model.hasEncoder(), "model.encoder");
    problems.require(!pretraining || model.hasDecoder(), "model.decoder");
    problems.require(
        !pretraining || model.getMaskingCase() != ModelConfig.MaskingCase.MASKING_NOT_SET,
        "model.random_masking, block_masking, grid_masking, given_masking or given_noise");
    problems.require(
        !pretraining || model.getTargetCase() != ModelConfig.TargetCase.TARGET_NOT_SET,
        "model.pixels, normalised_pixels or pca");
    problems.require(experiment.hasData(), "data");
    problems.require(experiment.hasTraining(), "training");
    var training = experiment.getTraining();
    problems.require(
        training.getLengthCase() != TrainingConfig.LengthCase.LENGTH_NOT_SET,
        "training.epochs or image_passes");
    problems.require(
        training.getWarmupCase() != TrainingConfig.WarmupCase.WARMUP_NOT_SET,
        "training.warmup_epochs or warmup_share");
    problems.require(
        training.getOptimizerCase() != TrainingConfig.OptimizerCase.OPTIMIZER_NOT_SET,
        "training.adamw, lars or sgd");
    problems.require(
        experiment.getTaskCase() != Experiment.TaskCase.TASK_NOT_SET,
        "pretraining {}, classification { … } or pixel_floor {}");
  }

  private boolean irrelevant(String path) {
    boolean decoding = path.equals("model.mask_ratio") || path.startsWith("model.decoder.");
    return experiment.hasClassification() ? decoding : path.equals("training.layer_decay");
  }

  private void checkModel(ModelConfig model) {
    var image = model.getImage();
    var patch = model.getPatch();
    problems.positive("model.image.channels", image.getChannels());
    problems.multiple(
        "model.image.height", image.getHeight(), "model.patch.height", patch.getHeight());
    problems.multiple("model.image.width", image.getWidth(), "model.patch.width", patch.getWidth());
    checkTransformer("model.encoder", model.getEncoder());
    if (pretraining) {
      checkTransformer("model.decoder", model.getDecoder());
      if (problems.none()) {
        problems.addAll(PretrainingCheck.problems(model));
      }
    }
  }

  private void checkTransformer(String path, TransformerConfig config) {
    problems.multiple(path + ".width", config.getWidth(), path + ".heads", config.getHeads());
    if (config.getWidth() % 4 != 0) {
      problems.add(
          "%s.width %d is not a multiple of 4, which sine-cosine positions need"
              .formatted(path, config.getWidth()));
    }
    problems.positive(path + ".depth", config.getDepth());
    problems.within(path + ".mlp_ratio", config.getMlpRatio(), 0.01, 64);
    if (config.hasLayerNormEpsilon()) {
      problems.within(
          path + ".layer_norm_epsilon.value", config.getLayerNormEpsilon().getValue(), 1e-30, 0.1);
    }
  }

  private void checkClassification() {
    var task = experiment.getClassification();
    int depth = experiment.getModel().getEncoder().getDepth();
    double blocks = task.getLastBlocks();
    boolean whole = blocks >= 0 && blocks <= depth && blocks == Math.rint(blocks);
    switch (task.getTrainableCase()) {
      case LAST_BLOCKS -> {
        if (!whole && blocks != 0.5) {
          problems.add(
              "classification.last_blocks %s must be 0, 0.5 or a whole number up to model.encoder.depth"
                      .formatted(blocks)
                  + " "
                  + depth);
        }
      }
      case ALL -> {}
      case TRAINABLE_NOT_SET -> problems.add("classification.last_blocks or all {} is not set");
    }
    if (task.getPooling() == Pooling.POOLING_UNSPECIFIED) {
      problems.add("classification.pooling must be CLASS_TOKEN, AVERAGE or ATTENTION");
    }
    problems.within(
        "classification.label_smoothing", task.getLabelSmoothing(), 0, Math.nextDown(1.0));
    problems.within("classification.drop_path", task.getDropPath(), 0, Math.nextDown(1.0));
    problems.within("classification.head_init_std", task.getHeadInitStd(), 0, 1);
    problems.within("training.layer_decay", experiment.getTraining().getLayerDecay(), 1e-6, 1);
    if (task.hasFeatureNorm() && experiment.getTraining().getBatchSize() < 2) {
      problems.add("training.batch_size 1 leaves classification.feature_norm no variance");
    }
  }
}
