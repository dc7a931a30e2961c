package org.maejava.savedmodel.weights;

import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.TransformerConfig;

/** The published names and shapes of a network, without building it. */
final class ExpectedShapes {

  private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();

  private ExpectedShapes() {}

  /**
   * The encoder without its last norm; its positions too if the image's size is set.
   *
   * @param model with patches and encoder
   */
  static Map<String, List<Integer>> encoder(ModelConfig model) {
    var expected = new ExpectedShapes();
    int width = model.getEncoder().getWidth();
    expected.shapes.put("cls_token", List.of(1, 1, width));
    expected.positions("pos_embed", model, width);
    expected.shapes.put(
        "patch_embed.proj.weight",
        List.of(
            width,
            model.getImage().getChannels(),
            model.getPatch().getHeight(),
            model.getPatch().getWidth()));
    expected.shapes.put("patch_embed.proj.bias", List.of(width));
    expected.blocks("blocks", model.getEncoder());
    return ImmutableMap.copyOf(expected.shapes);
  }

  /** The decoder. */
  static Map<String, List<Integer>> decoder(ModelConfig model) {
    var expected = new ExpectedShapes();
    int width = model.getDecoder().getWidth();
    int values =
        model.getPatch().getHeight() * model.getPatch().getWidth() * model.getImage().getChannels();
    expected.shapes.put("mask_token", List.of(1, 1, width));
    expected.positions("decoder_pos_embed", model, width);
    expected.linear("decoder_embed", width, model.getEncoder().getWidth());
    expected.blocks("decoder_blocks", model.getDecoder());
    expected.addNorm("decoder_norm", width);
    if (model.hasPca()) {
      int coefficients = model.getPca().getCoefficients();
      expected.shapes.put("target.mean", List.of(values));
      expected.shapes.put("target.basis", List.of(coefficients, values));
      expected.linear("decoder_pred", coefficients, width);
    } else {
      expected.linear("decoder_pred", values, width);
    }
    return ImmutableMap.copyOf(expected.shapes);
  }

  /** A norm of the encoder's width. */
  static Map<String, List<Integer>> norm(String name, int width) {
    var expected = new ExpectedShapes();
    expected.addNorm(name, width);
    return expected.shapes;
  }

  /** A head, behind statistics of features or not. */
  static Map<String, List<Integer>> head(int width, int classes, boolean statistics) {
    var expected = new ExpectedShapes();
    if (statistics) {
      expected.shapes.put("head.0.running_mean", List.of(width));
      expected.shapes.put("head.0.running_var", List.of(width));
    }
    expected.linear(statistics ? "head.1" : "head", classes, width);
    return expected.shapes;
  }

  private void positions(String name, ModelConfig model, int width) {
    if (model.getImage().hasHeight() && model.getImage().hasWidth()) {
      int rows = model.getImage().getHeight() / model.getPatch().getHeight();
      int columns = model.getImage().getWidth() / model.getPatch().getWidth();
      shapes.put(name, List.of(1, 1 + rows * columns, width));
    }
  }

  private void blocks(String name, TransformerConfig config) {
    int width = config.getWidth();
    int hidden = (int) (width * config.getMlpRatio());
    for (int i = 0; i < config.getDepth(); i++) {
      var block = name + "." + i;
      addNorm(block + ".norm1", width);
      linear(block + ".attn.qkv", 3 * width, width);
      linear(block + ".attn.proj", width, width);
      addNorm(block + ".norm2", width);
      linear(block + ".mlp.fc1", hidden, width);
      linear(block + ".mlp.fc2", width, hidden);
    }
  }

  private void addNorm(String name, int width) {
    shapes.put(name + ".weight", List.of(width));
    shapes.put(name + ".bias", List.of(width));
  }

  private void linear(String name, int out, int in) {
    shapes.put(name + ".weight", List.of(out, in));
    shapes.put(name + ".bias", List.of(out));
  }
}
