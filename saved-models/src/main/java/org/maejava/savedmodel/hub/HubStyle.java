package org.maejava.savedmodel.hub;

/** Whose names and configuration a folder has. */
public enum HubStyle {
  /** The published code's names, decoder included; no configuration. */
  PUBLISHED,
  /** For {@code timm.create_model("local-dir:…", pretrained=True)}. */
  TIMM,
  /** For {@code from_pretrained(…)} of Hugging Face's transformers. */
  HUGGING_FACE
}
