package org.maejava.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.maejava.words.Counted;

/**
 * What the shapes of a Vision Transformer's parameters say of its size, under the published names.
 *
 * @param width of a token
 * @param depth in blocks
 * @param channels of images
 * @param patch height and width
 * @param patches in an image; 0: not known
 */
record EncoderSize(int width, int depth, int channels, List<Integer> patch, int patches) {

  private static final String PROJECTION = "patch_embed.proj.weight";
  private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\..*");

  /** The size of the encoder that is among these; empty if there is none. */
  static Optional<EncoderSize> in(Map<String, List<Integer>> shapes) {
    var projection = shapes.getOrDefault(PROJECTION, List.of());
    if (projection.size() != 4) {
      return Optional.empty();
    }
    int depth =
        (int)
            shapes.keySet().stream()
                .map(BLOCK::matcher)
                .filter(block -> block.matches())
                .map(block -> block.group(1))
                .distinct()
                .count();
    var positions = shapes.getOrDefault("pos_embed", List.of());
    return Optional.of(
        new EncoderSize(
            projection.get(0),
            depth,
            projection.get(1),
            projection.subList(2, 4),
            positions.size() == 3 ? positions.get(1) - 1 : 0));
  }

  /** {@code width 192, 12 blocks, patches of 16 x 16 in colour, images of 224 x 224}. */
  @Override
  public String toString() {
    return "width %d, %s, patches of %d x %d %s%s"
        .formatted(
            width, Counted.of(depth, "block"), patch.get(0), patch.get(1), colours(), images());
  }

  private String colours() {
    return channels == 1
        ? "in grey"
        : channels == 3 ? "in colour" : "of %d channels".formatted(channels);
  }

  /** Their sides, if the patches are those of a square. */
  private String images() {
    if (patches == 0) {
      return "";
    }
    int side = (int) Math.round(Math.sqrt(patches));
    return side * side == patches
        ? ", images of %d x %d".formatted(side * patch.get(0), side * patch.get(1))
        : ", %s in an image".formatted(Counted.of(patches, "patch"));
  }
}
