package org.maejava.savedmodel.weights;

import com.google.common.collect.ImmutableMap;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Models that are often taken for masked autoencoders, by a name that only they have. */
final class Strangers {

  private static final Map<String, String> MARKS =
      ImmutableMap.<String, String>builder()
          .put("to_patch_embedding.", "a Vision Transformer of vit-pytorch")
          .put("patch_to_embedding.", "a Vision Transformer of vit-pytorch, an early version")
          .put("transformer.resblocks.", "a CLIP model of OpenAI or OpenCLIP")
          .put("vision_model.encoder.", "a CLIP or SigLIP model of transformers")
          .put("relative_position_bias", "a Swin Transformer or BEiT")
          .put("layer1.0.conv1.", "a ResNet")
          .put("stages.0.", "a ConvNeXt or another network in stages")
          .put("downsample_layers.", "a ConvNeXt")
          .put("self_attn.q_proj.", "a language model")
          .put("attention.self.query.", "a BERT")
          .put("model.diffusion_model.", "a diffusion model")
          .put("features.0.", "a convolutional network of torchvision")
          .buildOrThrow();

  private static final Pattern BLOCK = Pattern.compile("(?:.*\\.)?layers\\.(\\d+)\\..*");

  private Strangers() {}

  /** What a file without an encoder of a known family looks like. */
  static String describe(Map<String, List<Integer>> shapes) {
    for (var mark : MARKS.entrySet()) {
      if (shapes.keySet().stream().anyMatch(name -> ("." + name).contains("." + mark.getKey()))) {
        return mark.getValue() + size(shapes);
      }
    }
    return "nothing that is known here";
  }

  private static String size(Map<String, List<Integer>> shapes) {
    int depth = depth(shapes.keySet());
    return shapes.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("cls_token") && !entry.getValue().isEmpty())
        .map(
            entry ->
                " (width %d, depth %d)"
                    .formatted(entry.getValue().get(entry.getValue().size() - 1), depth))
        .findFirst()
        .orElse("");
  }

  private static int depth(Collection<String> names) {
    int depth = 0;
    for (var name : names) {
      var block = BLOCK.matcher(name);
      if (block.matches() && block.group(1).length() < 4) {
        depth = Math.max(depth, 1 + Integer.parseInt(block.group(1)));
      }
    }
    return depth;
  }
}
