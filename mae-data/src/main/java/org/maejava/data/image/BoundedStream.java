package org.maejava.data.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An image's bytes for readers that go on without any: some take the end of a file for zeros, pixel
 * after pixel. Such a reader is stopped here, and any when its thread is interrupted.
 */
final class BoundedStream extends ImageInputStreamImpl {

  /** Readers look a few bytes ahead; who asks more often for what is not there is lost. */
  private static final int ENDS = 64;

  private final byte[] bytes;
  private int ends;

  BoundedStream(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public int read() {
    bitOffset = 0;
    check();
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int at, int length) {
    bitOffset = 0;
    check();
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    if (count <= 0) {
      return -1;
    }
    System.arraycopy(bytes, (int) streamPos, to, at, count);
    streamPos += count;
    return count;
  }

  /** Throws no {@link java.io.IOException}, which readers take for the end of the file. */
  private void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("it was given up");
    }
    if (streamPos >= bytes.length && ++ends > ENDS) {
      throw new IllegalStateException("the file ends before its pixels do");
    }
  }
}
