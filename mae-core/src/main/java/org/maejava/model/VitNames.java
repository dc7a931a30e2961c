package org.maejava.model;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a published parameter name says about the parameter. */
public final class VitNames {

  private static final Pattern STACK = Pattern.compile("((?:decoder_)?blocks)\\.\\d+\\..+");
  private static final Pattern BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)");

  private VitNames() {}

  /** Whether the values are a fixed table in pre-training. */
  public static boolean isPositionTable(String name) {
    return name.equals("pos_embed") || name.equals("decoder_pos_embed");
  }

  /** Whether the parameter is a running statistic, which no gradient moves. */
  public static boolean isStatistic(String name) {
    return name.endsWith(".running_mean") || name.endsWith(".running_var");
  }

  /** Whether the values were fitted to the training images beforehand: a target's basis. */
  public static boolean isTarget(String name) {
    return name.startsWith("target.");
  }

  /** Whether the parameter belongs to pre-training alone, so that classifiers leave it behind. */
  public static boolean isDecoder(String name) {
    return name.startsWith("decoder_") || name.equals("mask_token") || isTarget(name);
  }

  /** Whether the parameter belongs to the classification head. */
  public static boolean isHead(String name) {
    return name.startsWith("head.");
  }

  /** Whether the parameter belongs to attentive pooling, which like a head is never pre-trained. */
  public static boolean isAttentivePooling(String name) {
    return name.startsWith("attn_pool.");
  }

  /** The stack of blocks that the parameter is in, {@code blocks} or {@code decoder_blocks}. */
  public static Optional<String> stack(String name) {
    var stack = STACK.matcher(name);
    return stack.matches() ? Optional.of(stack.group(1)) : Optional.empty();
  }

  /**
   * The layer for rate decay: 0 for what stands before the blocks, 1 … depth for the blocks, depth
   * + 1 for what follows them.
   */
  public static int layer(String name, int depth) {
    if (name.equals("cls_token") || name.equals("pos_embed") || name.startsWith("patch_embed.")) {
      return 0;
    }
    var block = BLOCK.matcher(name);
    return block.matches() ? 1 + Integer.parseInt(block.group(1)) : depth + 1;
  }

  /**
   * Whether the parameter is trained when only the last blocks are (paper, section 5): 0 is the
   * head alone, with attentive pooling if there is any, 0.5 adds the last block's MLP and the norms
   * on either side of it, n the last n blocks.
   */
  public static boolean isInLastBlocks(String name, int depth, double lastBlocks) {
    if (isHead(name) || isAttentivePooling(name)) {
      return true;
    }
    if (lastBlocks == 0) {
      return false;
    }
    int layer = layer(name, depth);
    if (lastBlocks == 0.5 && layer == depth) {
      var part = BLOCK.matcher(name);
      return part.matches()
          && (part.group(2).startsWith("mlp.") || part.group(2).startsWith("norm2."));
    }
    return layer > depth - lastBlocks;
  }
}
