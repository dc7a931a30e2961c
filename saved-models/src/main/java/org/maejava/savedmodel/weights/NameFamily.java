package org.maejava.savedmodel.weights;

/**
 * What a library calls the parameters of a Vision Transformer and its decoder.
 *
 * <p>Each table has three parts, {@code encoder}, {@code decoder} and {@code head}, whose names may
 * stand behind a prefix of their own; the one that the library writes itself follows the part's
 * name. A line is a published name and its spellings, the one to write first: {@code *} stands for
 * weight and bias, {@code #} for a block's number, and {@code {q,k,v}} for three tensors that are
 * one, below one another.
 */
public enum NameFamily {
  /** The published code and timm; solo-learn and lightly put prefixes before the same names. */
  PUBLISHED(
      "the published code's and timm's names",
      """
      encoder
      cls_token             cls_token
      pos_embed             pos_embed
      patch_embed.proj.*    patch_embed.proj.*
      blocks.#.norm1.*      blocks.#.norm1.*
      blocks.#.attn.qkv.*   blocks.#.attn.qkv.*
      blocks.#.attn.proj.*  blocks.#.attn.proj.*
      blocks.#.norm2.*      blocks.#.norm2.*
      blocks.#.mlp.fc1.*    blocks.#.mlp.fc1.*
      blocks.#.mlp.fc2.*    blocks.#.mlp.fc2.*
      norm.*                norm.*
      fc_norm.*             fc_norm.*
      decoder
      mask_token                    mask_token
      decoder_pos_embed             decoder_pos_embed
      decoder_embed.*               decoder_embed.*
      decoder_blocks.#.norm1.*      decoder_blocks.#.norm1.*
      decoder_blocks.#.attn.qkv.*   decoder_blocks.#.attn.qkv.*
      decoder_blocks.#.attn.proj.*  decoder_blocks.#.attn.proj.*
      decoder_blocks.#.norm2.*      decoder_blocks.#.norm2.*
      decoder_blocks.#.mlp.fc1.*    decoder_blocks.#.mlp.fc1.*
      decoder_blocks.#.mlp.fc2.*    decoder_blocks.#.mlp.fc2.*
      decoder_norm.*                decoder_norm.*
      decoder_pred.*                decoder_pred.*
      target.mean                   target.mean
      target.basis                  target.basis
      head
      head.*               head.*
      head.0.running_mean  head.0.running_mean
      head.0.running_var   head.0.running_var
      head.1.*             head.1.*
      """),

  /**
   * Transformers: as the files on its hub are and were always written, then as version 5 has them
   * in memory, then the decoder as version 5 writes it.
   */
  HUGGING_FACE(
      "Hugging Face's names",
      """
      encoder vit.
      cls_token             embeddings.cls_token
      pos_embed             embeddings.position_embeddings
      patch_embed.proj.*    embeddings.patch_embeddings.projection.*
      blocks.#.norm1.*      encoder.layer.#.layernorm_before.*                       layers.#.layernorm_before.*
      blocks.#.attn.qkv.*   encoder.layer.#.attention.attention.{query,key,value}.*  layers.#.attention.{q_proj,k_proj,v_proj}.*
      blocks.#.attn.proj.*  encoder.layer.#.attention.output.dense.*                 layers.#.attention.o_proj.*
      blocks.#.norm2.*      encoder.layer.#.layernorm_after.*                        layers.#.layernorm_after.*
      blocks.#.mlp.fc1.*    encoder.layer.#.intermediate.dense.*                     layers.#.mlp.fc1.*
      blocks.#.mlp.fc2.*    encoder.layer.#.output.dense.*                           layers.#.mlp.fc2.*
      norm.*                layernorm.*
      decoder decoder.
      mask_token                    mask_token
      decoder_pos_embed             decoder_pos_embed
      decoder_embed.*               decoder_embed.*
      decoder_blocks.#.norm1.*      decoder_layers.#.layernorm_before.*                       decoder_encoder.layer.#.layernorm_before.*
      decoder_blocks.#.attn.qkv.*   decoder_layers.#.attention.attention.{query,key,value}.*  decoder_layers.#.attention.{q_proj,k_proj,v_proj}.*  decoder_encoder.layer.#.attention.attention.{query,key,value}.*
      decoder_blocks.#.attn.proj.*  decoder_layers.#.attention.output.dense.*                 decoder_layers.#.attention.o_proj.*                  decoder_encoder.layer.#.attention.output.dense.*
      decoder_blocks.#.norm2.*      decoder_layers.#.layernorm_after.*                        decoder_encoder.layer.#.layernorm_after.*
      decoder_blocks.#.mlp.fc1.*    decoder_layers.#.intermediate.dense.*                     decoder_layers.#.mlp.fc1.*                           decoder_encoder.layer.#.intermediate.dense.*
      decoder_blocks.#.mlp.fc2.*    decoder_layers.#.output.dense.*                           decoder_layers.#.mlp.fc2.*                           decoder_encoder.layer.#.output.dense.*
      decoder_norm.*                decoder_norm.*
      decoder_pred.*                decoder_pred.*
      head
      head.*  classifier.*
      """),

  /** OpenMMLab's mmpretrain and, before, mmselfsup and mmcls. */
  MMPRETRAIN(
      "mmpretrain's names",
      """
      encoder backbone.
      cls_token             cls_token
      pos_embed             pos_embed
      patch_embed.proj.*    patch_embed.projection.*
      blocks.#.norm1.*      layers.#.ln1.*
      blocks.#.attn.qkv.*   layers.#.attn.qkv.*
      blocks.#.attn.proj.*  layers.#.attn.proj.*
      blocks.#.norm2.*      layers.#.ln2.*
      blocks.#.mlp.fc1.*    layers.#.ffn.layers.0.0.*
      blocks.#.mlp.fc2.*    layers.#.ffn.layers.1.*
      norm.*                ln1.*
      fc_norm.*             ln2.*
      decoder neck.
      mask_token                    mask_token
      decoder_pos_embed             decoder_pos_embed
      decoder_embed.*               decoder_embed.*
      decoder_blocks.#.norm1.*      decoder_blocks.#.ln1.*
      decoder_blocks.#.attn.qkv.*   decoder_blocks.#.attn.qkv.*
      decoder_blocks.#.attn.proj.*  decoder_blocks.#.attn.proj.*
      decoder_blocks.#.norm2.*      decoder_blocks.#.ln2.*
      decoder_blocks.#.mlp.fc1.*    decoder_blocks.#.ffn.layers.0.0.*
      decoder_blocks.#.mlp.fc2.*    decoder_blocks.#.ffn.layers.1.*
      decoder_norm.*                decoder_norm.*                     ln1.*
      decoder_pred.*                decoder_pred.*
      head head.
      head.*  fc.*  layers.head.*
      """),

  /** Torchvision's Vision Transformer, which lightly's first masked autoencoder was built on. */
  TORCHVISION(
      "torchvision's names",
      """
      encoder
      cls_token             class_token
      pos_embed             encoder.pos_embedding
      patch_embed.proj.*    conv_proj.*
      blocks.#.norm1.*      encoder.layers.encoder_layer_#.ln_1.*
      blocks.#.attn.qkv.*   encoder.layers.encoder_layer_#.self_attention.in_proj_*
      blocks.#.attn.proj.*  encoder.layers.encoder_layer_#.self_attention.out_proj.*
      blocks.#.norm2.*      encoder.layers.encoder_layer_#.ln_2.*
      blocks.#.mlp.fc1.*    encoder.layers.encoder_layer_#.mlp.0.*  encoder.layers.encoder_layer_#.mlp.linear_1.*
      blocks.#.mlp.fc2.*    encoder.layers.encoder_layer_#.mlp.3.*  encoder.layers.encoder_layer_#.mlp.linear_2.*
      norm.*                encoder.ln.*
      decoder decoder.
      mask_token                    mask_token
      decoder_pos_embed             pos_embedding
      decoder_embed.*               decoder_embed.*
      decoder_blocks.#.norm1.*      layers.encoder_layer_#.ln_1.*
      decoder_blocks.#.attn.qkv.*   layers.encoder_layer_#.self_attention.in_proj_*
      decoder_blocks.#.attn.proj.*  layers.encoder_layer_#.self_attention.out_proj.*
      decoder_blocks.#.norm2.*      layers.encoder_layer_#.ln_2.*
      decoder_blocks.#.mlp.fc1.*    layers.encoder_layer_#.mlp.0.*  layers.encoder_layer_#.mlp.linear_1.*
      decoder_blocks.#.mlp.fc2.*    layers.encoder_layer_#.mlp.3.*  layers.encoder_layer_#.mlp.linear_2.*
      decoder_norm.*                ln.*
      decoder_pred.*                prediction_head.*
      head
      head.*  heads.head.*
      """);

  private final String title;
  private final String text;

  NameFamily(String title, String text) {
    this.title = title;
    this.text = text;
  }

  /** For messages. */
  public String title() {
    return title;
  }

  /** The table as it is written. */
  String text() {
    return text;
  }

  /** The table, to be read either way. */
  public NameTable table() {
    return NameTable.of(this);
  }
}
