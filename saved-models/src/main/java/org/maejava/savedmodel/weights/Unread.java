package org.maejava.savedmodel.weights;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Why a tensor is not read. Some can be left behind; others belong to a network that computes
 * something else.
 *
 * @param reason for people
 * @param obstacle whether the network is another without it
 */
record Unread(String reason, boolean obstacle) {

  private static final Map<Pattern, Unread> KNOWN =
      ImmutableMap.<Pattern, Unread>builder()
          .put(pattern("num_batches_tracked$"), leftOut("a count that nothing needs"))
          .put(pattern("pooler\\."), leftOut("a pooler behind the class token, not used here"))
          .put(pattern("pre_logits\\."), obstacle("a layer before the head"))
          .put(
              pattern("(ls[12]|gamma_?[12]?|lambda_?[12]?|layer_?scale)(\\.|$|1|2)"),
              obstacle("layer scale"))
          .put(pattern("reg(ister)?_tokens?$"), obstacle("registers beside the class token"))
          .put(
              pattern("(dist(illation)?_token|head_dist\\.|distillation_classifier\\.)"),
              obstacle("DeiT's distillation"))
          .put(pattern("[qk]_?norm\\."), obstacle("norms of query and key"))
          .put(pattern("(norm_pre|pre_norm|ln_pre)\\."), obstacle("a norm before the blocks"))
          .put(pattern("relative_position"), obstacle("relative positions"))
          .put(pattern("rope"), obstacle("rotary positions"))
          .put(pattern("attn_pool\\."), obstacle("pooling by attention"))
          .put(pattern("lora_"), obstacle("low-rank adapters"))
          .put(pattern("mask_token$"), leftOut("a mask token in the encoder, which never sees one"))
          .buildOrThrow();

  private static Pattern pattern(String end) {
    return Pattern.compile("(^|[._])" + end);
  }

  private static Unread obstacle(String what) {
    return new Unread("the network has " + what, true);
  }

  private static Unread leftOut(String what) {
    return new Unread(what, false);
  }

  /** Why one name of a file is not read. */
  static Unread of(String name, ForeignNames names) {
    for (var known : KNOWN.entrySet()) {
      if (known.getKey().matcher(name).find()) {
        return known.getValue();
      }
    }
    if (names.passedOver().stream()
        .anyMatch(prefix -> !prefix.isEmpty() && name.startsWith(prefix))) {
      return leftOut("of another encoder");
    }
    var inner = name.substring(Math.min(name.length(), names.encoderPrefix().length()));
    return name.startsWith(names.encoderPrefix()) && inner.matches("(blocks|layers|encoder)\\..*")
        ? obstacle("something in its blocks that is not known")
        : leftOut("not part of encoder, decoder or head");
  }
}
