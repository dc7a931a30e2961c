package org.maejava.savedmodel.weights;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.maejava.proto.LayerNormEpsilon;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.NormalisedPixelTarget;
import org.maejava.proto.PcaTarget;
import org.maejava.proto.PixelTarget;
import org.maejava.proto.RandomMasking;
import org.maejava.proto.TransformerConfig;

/**
 * A network's geometry from the shapes of its tensors and from what lies beside them. What neither
 * tells is taken as usual, and said, or left unset.
 */
final class Geometry {

  private static final Pattern BLOCK = Pattern.compile("(decoder_)?blocks\\.(\\d+)\\..*");
  private static final double DEFAULT_MASK_RATIO = 0.75;

  /** Far more than any network has; a name can claim a million. */
  private static final int MAX_DEPTH = 1000;

  /** Heads of the usual encoders, by width and depth. */
  private static final Map<List<Integer>, Integer> HEADS =
      ImmutableMap.of(
          List.of(192, 12), 3,
          List.of(384, 12), 6,
          List.of(768, 12), 12,
          List.of(1024, 24), 16,
          List.of(1280, 32), 16);

  /** Solo-learn's small encoders have as many as its base. */
  private static final Map<List<Integer>, Integer> SOLO_LEARN_HEADS =
      ImmutableMap.of(List.of(192, 12), 12, List.of(384, 12), 12);

  /** PyTorch's own, which solo-learn's decoder is left with. */
  private static final double SOLO_LEARN_DECODER_EPSILON = 1e-5;

  /** The published decoder, whatever its depth (paper, Table 1a). */
  private static final int DECODER_WIDTH = 512;

  private static final int DECODER_HEADS = 16;

  private final Map<String, List<Integer>> shapes;
  private final HubConfig hub;
  private final Map<String, String> facts;
  private final String fileName;
  private final boolean ofSoloLearn;
  private final ModelConfig.Builder model = ModelConfig.newBuilder();
  private final List<String> assumed = new ArrayList<>();
  private final List<String> contradictions = new ArrayList<>();
  private boolean classRowIsMissing;

  /**
   * Infers.
   *
   * @param shapes of the tensors, by published names
   * @param facts that the file has beside them
   * @param fileName of the weights
   * @param ofSoloLearn whether the names are solo-learn's
   */
  Geometry(
      Map<String, List<Integer>> shapes,
      HubConfig hub,
      Map<String, String> facts,
      String fileName,
      boolean ofSoloLearn) {
    this.shapes = shapes;
    this.hub = hub;
    this.facts = facts;
    this.fileName = fileName;
    this.ofSoloLearn = ofSoloLearn;
    inferPatch();
    inferImage();
    inferEncoder();
    if (hasDecoder()) {
      inferDecoder();
      inferTarget();
    }
    checkAgainst("hidden_act", hub.text("hidden_act").orElse("gelu"), "gelu");
  }

  /** What is known; numbers that are not are unset. */
  ModelConfig model() {
    return model.build();
  }

  /** What was taken as usual, a sentence each. */
  List<String> assumed() {
    return List.copyOf(assumed);
  }

  /** Where the file and what lies beside it disagree, or ask for another network. */
  List<String> contradictions() {
    return List.copyOf(contradictions);
  }

  /** Whether the class token has no position, so that it is to get one of zeros. */
  boolean classRowIsMissing() {
    return classRowIsMissing;
  }

  boolean hasDecoder() {
    return shapes.containsKey("decoder_embed.weight");
  }

  private int dimension(String name, int axis) {
    var shape = shapes.get(name);
    return shape != null && axis < shape.size() ? shape.get(axis) : 0;
  }

  private void inferPatch() {
    int height = dimension("patch_embed.proj.weight", 2);
    int width = dimension("patch_embed.proj.weight", 3);
    if (height > 0 && width > 0 && dimension("patch_embed.proj.weight", 1) > 0) {
      model.getPatchBuilder().setHeight(height).setWidth(width);
      model.getImageBuilder().setChannels(dimension("patch_embed.proj.weight", 1));
      checkNumber("patch_size", height);
      checkNumber("num_channels", dimension("patch_embed.proj.weight", 1));
    } else {
      contradictions.add(
          "patch_embed.proj.weight %s is no convolution of [width, channels, height, width]"
              .formatted(shapes.get("patch_embed.proj.weight")));
    }
  }

  private void inferImage() {
    int positions = dimension("pos_embed", 1);
    if (!model.hasPatch() || positions < 1) {
      return;
    }
    var told = hub.imageSize();
    if (told.isEmpty() && facts.containsKey("args/input_size")) {
      told = number(facts.get("args/input_size")).map(side -> List.of(side, side)).orElse(told);
    }
    if (!told.isEmpty()) {
      int rows = told.get(0) / model.getPatch().getHeight();
      int columns = told.get(1) / model.getPatch().getWidth();
      if (rows * columns == positions || rows * columns == positions - 1) {
        classRowIsMissing = rows * columns == positions;
        setImage(rows, columns);
        return;
      }
      assumed.add(
          "image: the %d positions are not those of the %s x %s pixels that are told beside"
              .formatted(positions, told.get(0), told.get(1)));
    }
    int side = root(positions - 1);
    classRowIsMissing = side == 0 && root(positions) > 0;
    side = classRowIsMissing ? root(positions) : side;
    if (side > 0) {
      setImage(side, side);
      if (told.isEmpty()) {
        assumed.add("image: square, as %d positions allow".formatted(side * side));
      }
    }
  }

  private void setImage(int rows, int columns) {
    model
        .getImageBuilder()
        .setHeight(rows * model.getPatch().getHeight())
        .setWidth(columns * model.getPatch().getWidth());
  }

  private static int root(int count) {
    int side = (int) Math.round(Math.sqrt(count));
    return count > 0 && side * side == count ? side : 0;
  }

  private void inferEncoder() {
    int width = dimension("patch_embed.proj.weight", 0);
    int depth = depth("");
    var encoder = transformer("blocks", width, depth, "layer_norm_eps");
    var heads = boxed(hub.heads()).or(() -> usualHeads(width, depth));
    heads.ifPresent(encoder::setHeads);
    checkHeads("num_attention_heads", heads, width);
    model.setEncoder(encoder);
    checkNumber("hidden_size", width);
    checkNumber("num_hidden_layers", depth);
    checkNumber("num_features", width);
  }

  private Optional<Integer> usualHeads(int width, int depth) {
    var size = List.of(width, depth);
    var usual =
        Optional.ofNullable(ofSoloLearn ? SOLO_LEARN_HEADS.get(size) : null)
            .or(() -> Optional.ofNullable(HEADS.get(size)));
    usual.ifPresent(
        heads ->
            assumed.add(
                "encoder: %d heads, usual at width %d and depth %d"
                    .formatted(heads, width, depth)));
    return usual;
  }

  private void inferDecoder() {
    int width = dimension("decoder_embed.weight", 0);
    int depth = depth("decoder_");
    var decoder = transformer("decoder_blocks", width, depth, "layer_norm_eps");
    var heads = told("decoder_num_attention_heads");
    if (heads.isEmpty() && width == DECODER_WIDTH) {
      heads = Optional.of(DECODER_HEADS);
      assumed.add("decoder: %d heads, usual at width %d".formatted(DECODER_HEADS, width));
    }
    heads.ifPresent(decoder::setHeads);
    checkHeads("decoder_num_attention_heads", heads, width);
    if (ofSoloLearn && !decoder.hasLayerNormEpsilon()) {
      decoder.setLayerNormEpsilon(
          LayerNormEpsilon.newBuilder().setValue(SOLO_LEARN_DECODER_EPSILON));
      assumed.add("decoder: norms' epsilon of 1e-5, as solo-learn has it");
    }
    model.setDecoder(decoder);
    checkNumber("decoder_hidden_size", width);
    checkNumber("decoder_num_hidden_layers", depth);
    model.setRandomMasking(RandomMasking.getDefaultInstance());
    double ratio = hub.number("mask_ratio").orElse(DEFAULT_MASK_RATIO);
    model.setMaskRatio(ratio >= 0 && ratio < 1 ? ratio : DEFAULT_MASK_RATIO);
  }

  private TransformerConfig.Builder transformer(
      String blocks, int width, int depth, String epsilonKey) {
    var config = TransformerConfig.newBuilder().setWidth(width).setDepth(depth);
    int hidden = dimension(blocks + ".0.mlp.fc1.weight", 0);
    if (width > 0 && hidden > 0) {
      config.setMlpRatio((double) hidden / width);
    }
    var epsilon = hub.number(epsilonKey);
    if (epsilon.isPresent()) {
      if (epsilon.getAsDouble() > 0 && epsilon.getAsDouble() < 0.1) {
        config.setLayerNormEpsilon(
            LayerNormEpsilon.newBuilder().setValue(epsilon.getAsDouble()).build());
      } else {
        contradictions.add(
            "%s says %s %s, which is no epsilon"
                .formatted(HubConfig.CONFIG, epsilonKey, epsilon.getAsDouble()));
      }
    }
    return config;
  }

  private Optional<Integer> told(String key) {
    return boxed(hub.integer(key));
  }

  private static Optional<Integer> boxed(OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
  }

  private int depth(String part) {
    int depth = 0;
    for (var name : shapes.keySet()) {
      var block = BLOCK.matcher(name);
      if (block.matches() && part.equals(block.group(1) == null ? "" : block.group(1))) {
        depth = Math.max(depth, 1 + number(block.group(2)).orElse(0));
      }
    }
    if (depth > MAX_DEPTH) {
      contradictions.add(
          "its %sblocks are numbered up to %d; no network has more than %d"
              .formatted(part, depth - 1, MAX_DEPTH));
    }
    return Math.min(depth, MAX_DEPTH);
  }

  private void inferTarget() {
    if (shapes.containsKey("target.basis")) {
      // How many images it was fitted on changes nothing any more.
      model.setPca(
          PcaTarget.newBuilder().setCoefficients(dimension("target.basis", 0)).setSampleImages(1));
      return;
    }
    var flag = hub.flag("norm_pix_loss");
    if (flag.isEmpty() && facts.containsKey("args/norm_pix_loss")) {
      flag = Optional.of(Boolean.parseBoolean(facts.get("args/norm_pix_loss")));
    }
    if (flag.isEmpty()) {
      boolean normalised = fileName.contains("mae_pretrain_");
      flag = Optional.of(normalised);
      assumed.add(
          normalised || fileName.contains("mae_visualize_")
              ? "target: %s pixels, by the file's name"
                  .formatted(normalised ? "normalised" : "plain")
              : "target: plain pixels; if it was normalised ones, --set 'model { normalised_pixels {} }'");
    }
    if (flag.get()) {
      model.setNormalisedPixels(NormalisedPixelTarget.getDefaultInstance());
    } else {
      model.setPixels(PixelTarget.getDefaultInstance());
    }
  }

  private void checkNumber(String key, int inFile) {
    var told = hub.integer(key);
    if (told.isPresent() && told.getAsInt() != inFile) {
      contradictions.add(
          "%s says %s %d, but the tensors have %d"
              .formatted(HubConfig.CONFIG, key, told.getAsInt(), inFile));
    }
  }

  private void checkHeads(String key, Optional<Integer> heads, int width) {
    if (heads.isPresent() && width % heads.get() != 0) {
      contradictions.add(
          "%s says %s %d, which do not divide the width %d"
              .formatted(HubConfig.CONFIG, key, heads.get(), width));
    }
  }

  private void checkAgainst(String key, String told, String built) {
    if (!told.equals(built)) {
      contradictions.add(
          "%s says %s %s; only %s is built".formatted(HubConfig.CONFIG, key, told, built));
    }
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
