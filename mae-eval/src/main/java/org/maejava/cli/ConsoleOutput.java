package org.maejava.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers what kept it from being written, which Java's print streams and
 * writers do not. That nobody reads any more, as behind {@code | head}, is no failure.
 */
final class ConsoleOutput extends OutputStream {

  private final FileOutputStream file;
  private @Nullable String failure;

  ConsoleOutput(FileDescriptor descriptor) {
    file = new FileOutputStream(descriptor);
  }

  /** Why something is missing. */
  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int count) throws IOException {
    try {
      file.write(bytes, from, count);
    } catch (IOException e) {
      var reason = String.valueOf(e.getMessage());
      if (failure == null && !reason.contains("Broken pipe")) {
        failure = reason;
      }
      throw e;
    }
  }
}
