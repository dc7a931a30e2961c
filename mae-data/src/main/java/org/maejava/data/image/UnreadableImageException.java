package org.maejava.data.image;

/** One image cannot be decoded; the message is the reason, without the image's name. */
public final class UnreadableImageException extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;

  public UnreadableImageException(String reason) {
    super(reason);
    this.reason = reason;
  }

  public UnreadableImageException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** Why, in words. */
  public String reason() {
    return reason;
  }
}
