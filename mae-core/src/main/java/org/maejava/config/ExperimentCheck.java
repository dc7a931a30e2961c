package org.maejava.config;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.maejava.proto.DataConfig;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.maejava.proto.TrainingConfig;
import org.maejava.proto.TransformerConfig;

/** Everything that is wrong with a complete recipe, each as subject, value and limit. */
final class ExperimentCheck {

  /** What may be absent without changing a result. */
  private static final Set<String> OPTIONAL =
      Set.of("model.preset", "about", "data.labelled_images");

  private final Experiment experiment;
  private final boolean pretraining;
  private final List<String> problems = new ArrayList<>();

  ExperimentCheck(Experiment experiment) {
    this.experiment = experiment;
    pretraining = experiment.hasPretraining();
  }

  List<String> problems() {
    requireParts();
    requireNumbers(experiment, "");
    if (problems.isEmpty()) {
      checkModel(experiment.getModel());
      checkData(experiment.getData());
      checkTraining(experiment.getTraining());
      if (experiment.hasClassification()) {
        checkClassification();
      }
    }
    return problems;
  }

  private void requireParts() {
    var model = experiment.getModel();
    require(model.hasImage(), "model.image");
    require(model.hasPatch(), "model.patch");
    require(model.hasEncoder(), "model.encoder");
    require(!pretraining || model.hasDecoder(), "model.decoder");
    require(
        !pretraining || model.getMaskingCase() != ModelConfig.MaskingCase.MASKING_NOT_SET,
        "model.random_masking, block_masking or grid_masking");
    require(
        !pretraining || model.getTargetCase() != ModelConfig.TargetCase.TARGET_NOT_SET,
        "model.pixels or normalised_pixels");
    require(experiment.hasData(), "data");
    require(
        experiment.getData().getCropCase() != DataConfig.CropCase.CROP_NOT_SET,
        "data.random_resized_crop or center_crop");
    require(experiment.hasTraining(), "training");
    require(
        experiment.getTraining().getOptimizerCase()
            != TrainingConfig.OptimizerCase.OPTIMIZER_NOT_SET,
        "training.adamw, lars or sgd");
    require(
        experiment.getTaskCase() != Experiment.TaskCase.TASK_NOT_SET,
        "pretraining {}, classification { … } or pixel_floor {}");
  }

  private void require(boolean present, String what) {
    if (!present) {
      problems.add(what + " is not set");
    }
  }

  /** Every number with presence, in every message that is there, must be set. */
  private void requireNumbers(Message message, String prefix) {
    for (var field : message.getDescriptorForType().getFields()) {
      var path = prefix + field.getName();
      boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (isMessage && !field.isRepeated() && message.hasField(field)) {
        requireNumbers((Message) message.getField(field), path + ".");
      } else if (!isMessage
          && field.hasPresence()
          && field.getRealContainingOneof() == null
          && !message.hasField(field)
          && !OPTIONAL.contains(path)
          && !irrelevant(path)) {
        problems.add(path + " is not set");
      }
    }
  }

  private boolean irrelevant(String path) {
    boolean decoding = path.equals("model.mask_ratio") || path.startsWith("model.decoder.");
    return experiment.hasClassification() ? decoding : path.equals("training.layer_decay");
  }

  private void checkModel(ModelConfig model) {
    var image = model.getImage();
    var patch = model.getPatch();
    positive("model.image.channels", image.getChannels());
    multiple("model.image.height", image.getHeight(), "model.patch.height", patch.getHeight());
    multiple("model.image.width", image.getWidth(), "model.patch.width", patch.getWidth());
    checkTransformer("model.encoder", model.getEncoder());
    if (pretraining) {
      checkTransformer("model.decoder", model.getDecoder());
      if (problems.isEmpty()) {
        checkMasking(model);
      }
    }
  }

  private void checkTransformer(String path, TransformerConfig config) {
    multiple(path + ".width", config.getWidth(), path + ".heads", config.getHeads());
    if (config.getWidth() % 4 != 0) {
      problems.add(
          "%s.width %d is not a multiple of 4, which sine-cosine positions need"
              .formatted(path, config.getWidth()));
    }
    positive(path + ".depth", config.getDepth());
    within(path + ".mlp_ratio", config.getMlpRatio(), 0.01, 64);
  }

  private void checkMasking(ModelConfig model) {
    int rows = model.getImage().getHeight() / model.getPatch().getHeight();
    int columns = model.getImage().getWidth() / model.getPatch().getWidth();
    double ratio = model.getMaskRatio();
    int visible = (int) (rows * columns * (1 - ratio));
    if (!(ratio >= 0 && ratio < 1) || visible < 1 || visible >= rows * columns) {
      problems.add(
          "model.mask_ratio %s leaves %d of %d patches visible; it must hide at least one and leave at"
                  .formatted(ratio, visible, rows * columns)
              + " least one");
    }
    if (model.hasGridMasking() && (rows % 2 != 0 || columns % 2 != 0 || ratio != 0.75)) {
      problems.add(
          "model.grid_masking keeps one patch of each 2 x 2: it needs an even grid, not %d x %d, and"
                  .formatted(rows, columns)
              + " model.mask_ratio 0.75, not "
              + ratio);
    }
  }

  private void checkData(DataConfig data) {
    int channels = experiment.getModel().getImage().getChannels();
    if (data.getMeanCount() != channels || data.getStdCount() != channels) {
      problems.add(
          "data.mean has %d values and data.std %d; model.image.channels is %d"
              .formatted(data.getMeanCount(), data.getStdCount(), channels));
    }
    if (data.getStdList().stream().anyMatch(std -> !(std > 0))) {
      problems.add("data.std %s must be above 0".formatted(data.getStdList()));
    }
    if (data.hasRandomResizedCrop()) {
      var crop = data.getRandomResizedCrop();
      within("data.random_resized_crop.max_area", crop.getMaxArea(), 1e-6, 1);
      within("data.random_resized_crop.min_area", crop.getMinArea(), 1e-6, crop.getMaxArea());
      within("data.random_resized_crop.max_aspect", crop.getMaxAspect(), 1e-3, 1e3);
      within("data.random_resized_crop.min_aspect", crop.getMinAspect(), 1e-3, crop.getMaxAspect());
    }
    within("data.flip_probability", data.getFlipProbability(), 0, 1);
    within("data.eval_crop_fraction", data.getEvalCropFraction(), 0.01, 1);
    within("data.max_unreadable_share", data.getMaxUnreadableShare(), 0, 1);
  }

  private void checkTraining(TrainingConfig training) {
    positive("training.epochs", training.getEpochs());
    positive("training.batch_size", training.getBatchSize());
    positive("training.accumulation_steps", training.getAccumulationSteps());
    within("training.base_rate", training.getBaseRate(), Double.MIN_VALUE, 1e6);
    within("training.min_rate", training.getMinRate(), 0, 1e6);
    within("training.weight_decay", training.getWeightDecay(), 0, 1e3);
    if (training.getWarmupEpochs() < 0 || training.getWarmupEpochs() >= training.getEpochs()) {
      problems.add(
          "training.warmup_epochs %s must be below training.epochs %d"
              .formatted(training.getWarmupEpochs(), training.getEpochs()));
    }
    if (!experiment.hasClassification()
        && training.hasLayerDecay()
        && training.getLayerDecay() != 1) {
      problems.add(
          "training.layer_decay %s is for classification only".formatted(training.getLayerDecay()));
    }
    if (training.hasGradientClip()) {
      within(
          "training.gradient_clip.max_norm",
          training.getGradientClip().getMaxNorm(),
          Double.MIN_VALUE,
          1e12);
    }
    switch (training.getOptimizerCase()) {
      case ADAMW -> {
        within("training.adamw.beta1", training.getAdamw().getBeta1(), 0, Math.nextDown(1.0));
        within("training.adamw.beta2", training.getAdamw().getBeta2(), 0, Math.nextDown(1.0));
        within("training.adamw.epsilon", training.getAdamw().getEpsilon(), 0, 1);
      }
      case LARS -> {
        within("training.lars.momentum", training.getLars().getMomentum(), 0, Math.nextDown(1.0));
        within("training.lars.trust_coefficient", training.getLars().getTrustCoefficient(), 0, 1e3);
      }
      case SGD ->
          within("training.sgd.momentum", training.getSgd().getMomentum(), 0, Math.nextDown(1.0));
      case OPTIMIZER_NOT_SET -> throw new IllegalStateException("presence was checked before");
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
      problems.add("classification.pooling must be CLASS_TOKEN or AVERAGE");
    }
    within("classification.label_smoothing", task.getLabelSmoothing(), 0, Math.nextDown(1.0));
    within("classification.drop_path", task.getDropPath(), 0, Math.nextDown(1.0));
    within("classification.head_init_std", task.getHeadInitStd(), 0, 1);
    within("training.layer_decay", experiment.getTraining().getLayerDecay(), 1e-6, 1);
    if (task.hasFeatureNorm() && experiment.getTraining().getBatchSize() < 2) {
      problems.add("training.batch_size 1 leaves classification.feature_norm no variance");
    }
  }

  private void positive(String name, int value) {
    if (value < 1) {
      problems.add("%s %d must be at least 1".formatted(name, value));
    }
  }

  private void within(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      problems.add("%s %s must be within %s and %s".formatted(name, value, low, high));
    }
  }

  private void multiple(String name, int value, String ofName, int of) {
    if (of < 1 || value < 1) {
      problems.add("%s %d and %s %d must be at least 1".formatted(name, value, ofName, of));
    } else if (value % of != 0) {
      problems.add("%s %d is not a multiple of %s %d".formatted(name, value, ofName, of));
    }
  }
}
