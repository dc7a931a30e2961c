package org.maejava.data.image;

/** One image cannot be decoded; the message is the reason, without the image's name. */
public final class UnreadableImageException extends Exception {

  private static final long serialVersionUID = 1;

  public UnreadableImageException(String reason) {
    super(reason);
  }

  public UnreadableImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
