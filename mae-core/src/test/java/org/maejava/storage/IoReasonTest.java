package org.maejava.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class IoReasonTest {

  @Test
  void aMessageIsTakenAsItIs() {
    assertThat(IoReason.of(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
  }

  @Test
  void theTypeIsToldWhereTheMessageIsAPathOrMissing() {
    assertThat(IoReason.of(new AccessDeniedException("/runs")))
        .isEqualTo("AccessDeniedException: /runs");
    assertThat(IoReason.of(new NoSuchFileException("a.jpg"))).isEqualTo("there is no file a.jpg");
    assertThat(IoReason.of(new EOFException())).isEqualTo("EOFException");
  }
}
