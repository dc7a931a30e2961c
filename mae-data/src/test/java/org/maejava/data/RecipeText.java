package org.maejava.data;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;

/** Parts of a recipe as a recipe's file writes them. */
public final class RecipeText {

  private RecipeText() {}

  /** The message that a text says. */
  public static <T extends Message> T of(String text, Class<T> message) {
    try {
      return TextFormat.parse(text, message);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
