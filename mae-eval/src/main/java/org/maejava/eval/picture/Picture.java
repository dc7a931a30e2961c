package org.maejava.eval.picture;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.util.Base64;

/**
 * A picture to be shown.
 *
 * @param name a short heading; empty: none
 * @param caption what is to be seen
 * @param png the file's bytes
 */
public record Picture(String name, String caption, ByteString png) {

  /** A picture that is not a file yet. */
  public static Picture of(String name, String caption, BufferedImage image) {
    return new Picture(name, caption, ByteString.copyFrom(Pictures.png(image)));
  }

  /** The PNG as a {@code data:} address. */
  public String address() {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
