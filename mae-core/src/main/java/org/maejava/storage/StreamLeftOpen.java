package org.maejava.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A buffer in front of a stream; {@link #close} flushes it and leaves the stream open. */
final class StreamLeftOpen extends BufferedOutputStream {

  private static final int BUFFER = 1 << 20;

  StreamLeftOpen(OutputStream out) {
    super(out, BUFFER);
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
