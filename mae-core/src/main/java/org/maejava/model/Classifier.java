package org.maejava.model;

import java.util.List;
import java.util.Optional;
import org.maejava.nn.Layer;
import org.maejava.nn.LayerNorm;
import org.maejava.nn.Params;
import org.maejava.nn.StatisticUpdate;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The encoder on all patches, pooling, and a linear head: what linear probing, partial and full
 * fine-tuning train (paper, A.1).
 *
 * <p>Parameter names are the published ones: with average pooling {@code fc_norm} takes the place
 * of {@code norm}; attentive pooling is timm's {@code attn_pool}; with statistics of features the
 * head is {@code head.1} behind those of {@code head.0}.
 */
public final class Classifier {

  private final PatchGrid grid;
  private final Encoder encoder;
  private final Pooling pooling;
  private final Optional<AttentivePooling> attentive;
  private final LayerNorm norm;
  private final Head head;
  private final double dropPath;

  /**
   * What training needs.
   *
   * @param logits {@code [B, classes]}
   * @param loss mean cross-entropy with soft labels, a scalar
   * @param updates to be run with the step
   */
  public record Output(
      Operand<TFloat32> logits, Operand<TFloat32> loss, List<StatisticUpdate> updates) {}

  public Classifier(Params params, ModelConfig model, ClassificationTask task, int classes) {
    grid = PatchGrid.of(model);
    encoder = new Encoder(params, grid, model.getEncoder());
    pooling = task.getPooling();
    dropPath = task.getDropPath();
    int width = model.getEncoder().getWidth();
    norm =
        new LayerNorm(
            params.at(pooling == Pooling.AVERAGE ? "fc_norm" : "norm"),
            width,
            NormEpsilon.of(model.getEncoder()));
    attentive =
        pooling == Pooling.ATTENTION
            ? Optional.of(new AttentivePooling(params.at("attn_pool"), model.getEncoder()))
            : Optional.empty();
    head = Head.of(params.at("head"), task, width, classes);
  }

  /**
   * The training loss.
   *
   * @param images {@code [B, H, W, C]}, normalised
   * @param labels class probabilities {@code [B, classes]}
   * @param dropPathNoise uniform in [0, 1), {@code [B, 2 · depth]}
   */
  public Output train(
      Ops tf, Operand<TFloat32> images, Operand<TFloat32> labels, Operand<TFloat32> dropPathNoise) {
    var drops = dropPath == 0 ? encoder.noDrops() : encoder.dropPaths(tf, dropPath, dropPathNoise);
    var features = features(tf, embed(tf, images), drops);
    var scores = head.train(tf, features);
    var losses = tf.nn.softmaxCrossEntropyWithLogits(scores.logits(), labels).loss();
    return new Output(scores.logits(), tf.math.mean(losses, tf.constant(0)), scores.updates());
  }

  /** Images {@code [B, H, W, C]} → pooled features {@code [B, D]}. */
  public Operand<TFloat32> features(Ops tf, Operand<TFloat32> images) {
    return features(tf, embed(tf, images), encoder.noDrops());
  }

  private Operand<TFloat32> features(Ops tf, Operand<TFloat32> tokens, List<Layer> drops) {
    return pool(
        tf,
        pooling == Pooling.CLASS_TOKEN
            ? encoder.firstTokens(tf, tokens, drops)
            : encoder.apply(tf, tokens, drops));
  }

  /** Images {@code [B, H, W, C]} → tokens before the last norm, and attention. */
  public Encoded encode(Ops tf, Operand<TFloat32> images) {
    return encoder.applyWithAttention(tf, embed(tf, images));
  }

  /** {@linkplain #encode Encoded} images → pooled features {@code [B, D]}. */
  public Operand<TFloat32> features(Ops tf, Encoded encoded) {
    return pool(tf, pooling == Pooling.CLASS_TOKEN ? encoded.firstTokens() : encoded.tokens());
  }

  /**
   * {@linkplain #encode Encoded} images → all tokens {@code [B, 1 + L, D]} after the last norm;
   * with average pooling, whose norm comes after the mean, before it.
   */
  public Operand<TFloat32> tokens(Ops tf, Encoded encoded) {
    return pooling == Pooling.AVERAGE ? encoded.tokens() : norm.apply(tf, encoded.tokens());
  }

  /** Features {@code [B, D]} → logits {@code [B, classes]}, with the statistics of training. */
  public Operand<TFloat32> logits(Ops tf, Operand<TFloat32> features) {
    return head.apply(tf, features);
  }

  private Operand<TFloat32> embed(Ops tf, Operand<TFloat32> images) {
    return encoder.embed(tf, grid.patchify(tf, images));
  }

  /**
   * Encoded tokens {@code [B, 1 + L, D]}, for the class token the first of them, → features {@code
   * [B, D]}.
   */
  private Operand<TFloat32> pool(Ops tf, Operand<TFloat32> encoded) {
    return switch (pooling) {
      case CLASS_TOKEN -> Tokens.first(tf, norm.apply(tf, encoded));
      case AVERAGE ->
          norm.apply(tf, tf.math.mean(Tokens.slice(tf, encoded, 1, grid.count()), tf.constant(1)));
      case ATTENTION -> attentive.orElseThrow().apply(tf, norm.apply(tf, encoded));
      case POOLING_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("classification.pooling is not set");
    };
  }
}
