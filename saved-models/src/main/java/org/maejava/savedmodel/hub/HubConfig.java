package org.maejava.savedmodel.hub;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.maejava.data.image.CenterCrop;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.maejava.proto.RunRecord;

/**
 * What libraries want to know beside the weights, as JSON.
 *
 * @param record of the model, with a complete recipe
 */
record HubConfig(RunRecord record) {

  /** Of every norm where the recipe has no other, as in the published code. */
  private static final double EPSILON = 1e-6;

  private ModelConfig model() {
    return record.getExperiment().getModel();
  }

  private DataConfig data() {
    return record.getExperiment().getData();
  }

  private double epsilon() {
    var encoder = model().getEncoder();
    return encoder.hasLayerNormEpsilon() ? encoder.getLayerNormEpsilon().getValue() : EPSILON;
  }

  boolean isClassifier() {
    return record.getExperiment().hasClassification();
  }

  /** Refuses what only this project builds. */
  private void requireKnownPooling() {
    if (record.getExperiment().getClassification().getPooling() == Pooling.ATTENTION) {
      throw new IllegalArgumentException(
          "classifiers with attentive pooling are not written for other libraries; export it as a"
              + " SavedModel, without --to");
    }
  }

  private boolean averages() {
    return record.getExperiment().getClassification().getPooling() == Pooling.AVERAGE;
  }

  /** {@code config.json} of Hugging Face's transformers. */
  String transformers(List<String> classes) {
    requireKnownPooling();
    var image = model().getImage();
    var patch = model().getPatch();
    if (image.getHeight() != image.getWidth() || patch.getHeight() != patch.getWidth()) {
      throw new IllegalArgumentException(
          "transformers takes square images and patches only; this model's are %d x %d and %d x %d"
              .formatted(image.getHeight(), image.getWidth(), patch.getHeight(), patch.getWidth()));
    }
    if (isClassifier() && averages()) {
      throw new IllegalArgumentException(
          "transformers has no classifier that averages patches, as this model does; export it with"
              + " --to timm");
    }
    if (!isClassifier() && !model().hasDecoder()) {
      throw new IllegalArgumentException(
          "the weights have no decoder, which transformers' masked autoencoder needs; export them"
              + " with --to timm");
    }
    if (!isClassifier() && model().hasPca()) {
      throw new IllegalArgumentException(
          "transformers has no decoder of principal components, as this model's; export it with --to"
              + " timm");
    }
    var encoder = model().getEncoder();
    var config = new JsonObject();
    config.add(
        "architectures",
        strings(isClassifier() ? "ViTForImageClassification" : "ViTMAEForPreTraining"));
    config.addProperty("model_type", isClassifier() ? "vit" : "vit_mae");
    config.addProperty("image_size", image.getHeight());
    config.addProperty("patch_size", patch.getHeight());
    config.addProperty("num_channels", image.getChannels());
    config.addProperty("hidden_size", encoder.getWidth());
    config.addProperty("num_hidden_layers", encoder.getDepth());
    config.addProperty("num_attention_heads", encoder.getHeads());
    config.addProperty("intermediate_size", (int) (encoder.getWidth() * encoder.getMlpRatio()));
    config.addProperty("hidden_act", "gelu");
    config.addProperty("hidden_dropout_prob", 0.0);
    config.addProperty("attention_probs_dropout_prob", 0.0);
    config.addProperty("layer_norm_eps", epsilon());
    config.addProperty("qkv_bias", true);
    if (isClassifier()) {
      var names = new JsonObject();
      var numbers = new JsonObject();
      for (int i = 0; i < classes.size(); i++) {
        names.addProperty(Integer.toString(i), classes.get(i));
        numbers.addProperty(classes.get(i), i);
      }
      config.add("id2label", names);
      config.add("label2id", numbers);
    } else {
      var decoder = model().getDecoder();
      config.addProperty("decoder_hidden_size", decoder.getWidth());
      config.addProperty("decoder_num_hidden_layers", decoder.getDepth());
      config.addProperty("decoder_num_attention_heads", decoder.getHeads());
      config.addProperty(
          "decoder_intermediate_size", (int) (decoder.getWidth() * decoder.getMlpRatio()));
      config.addProperty("mask_ratio", model().getMaskRatio());
      config.addProperty("norm_pix_loss", model().hasNormalisedPixels());
    }
    config.addProperty("dtype", "float32");
    return text(config);
  }

  /** {@code preprocessor_config.json} of Hugging Face's transformers. */
  String imageProcessor() {
    var image = model().getImage();
    var crop = new CenterCrop(image, data().getEvalCropFraction());
    var config = new JsonObject();
    config.addProperty("image_processor_type", "BitImageProcessor");
    config.addProperty("do_convert_rgb", image.getChannels() == 3);
    config.addProperty("do_resize", true);
    var size = new JsonObject();
    size.addProperty("shortest_edge", crop.coverHeight());
    config.add("size", size);
    config.addProperty("resample", 3); // Pillow's number of its bicubic filter
    config.addProperty("do_center_crop", true);
    var cropped = new JsonObject();
    cropped.addProperty("height", image.getHeight());
    cropped.addProperty("width", image.getWidth());
    config.add("crop_size", cropped);
    config.addProperty("do_rescale", true);
    config.addProperty("rescale_factor", 1 / 255.0);
    config.addProperty("do_normalize", true);
    config.add("image_mean", numbers(data().getMeanList()));
    config.add("image_std", numbers(data().getStdList()));
    return text(config);
  }

  /** {@code config.json} of timm. */
  String timm(int classes) {
    requireKnownPooling();
    var image = model().getImage();
    var patch = model().getPatch();
    var encoder = model().getEncoder();
    var pool = isClassifier() && averages() ? "avg" : "token";
    var arguments = new JsonObject();
    arguments.add("img_size", numbers(List.of(image.getHeight(), image.getWidth())));
    arguments.add("patch_size", numbers(List.of(patch.getHeight(), patch.getWidth())));
    arguments.addProperty("in_chans", image.getChannels());
    arguments.addProperty("embed_dim", encoder.getWidth());
    arguments.addProperty("depth", encoder.getDepth());
    arguments.addProperty("num_heads", encoder.getHeads());
    arguments.addProperty("mlp_ratio", encoder.getMlpRatio());
    arguments.addProperty("global_pool", pool);

    var loading = new JsonObject();
    loading.add(
        "input_size", numbers(List.of(image.getChannels(), image.getHeight(), image.getWidth())));
    loading.addProperty("fixed_input_size", true);
    loading.addProperty("interpolation", "bicubic");
    loading.addProperty("crop_pct", data().getEvalCropFraction());
    loading.addProperty("crop_mode", "center");
    loading.add("mean", numbers(data().getMeanList()));
    loading.add("std", numbers(data().getStdList()));
    loading.addProperty("num_classes", classes);
    loading.addProperty("first_conv", "patch_embed.proj");
    loading.addProperty("classifier", "head");

    if (epsilon() != EPSILON) {
      throw new IllegalArgumentException(
          "timm's norms add %s to the variance, this model's %s; export it with --to hugging-face"
              .formatted(EPSILON, epsilon()));
    }
    var config = new JsonObject();
    config.addProperty("architecture", "vit_base_patch16_224");
    config.addProperty("num_classes", classes);
    config.addProperty("num_features", encoder.getWidth());
    config.addProperty("global_pool", pool);
    if (!record.getData().getClassesList().isEmpty()) {
      config.add("label_names", strings(record.getData().getClassesList().toArray(String[]::new)));
    }
    config.add("model_args", arguments);
    config.add("pretrained_cfg", loading);
    return text(config);
  }

  private static JsonArray numbers(List<? extends Number> values) {
    var array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  private static JsonArray strings(String... values) {
    var array = new JsonArray();
    for (var value : values) {
      array.add(value);
    }
    return array;
  }

  private static String text(JsonObject json) {
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
  }
}
