package org.maejava.data.source;

import com.google.common.base.Optional;
import com.google.common.io.ByteSource;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of an image that is known to be there and cannot be read. */
final class LostImage extends ByteSource {

  private final String reason;

  LostImage(String reason) {
    this.reason = reason;
  }

  @Override
  public Optional<Long> sizeIfKnown() {
    return Optional.absent();
  }

  @Override
  public InputStream openStream() throws IOException {
    throw new IOException(reason);
  }
}
