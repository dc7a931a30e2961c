package org.maejava.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import org.junit.jupiter.api.Test;

class IoReasonTest {

  @Test
  void aMessageIsTakenAsItIs() {
    assertThat(IoReason.of(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
  }

  @Test
  void thatTheTypeTellsIsSaidInWordsWhereTheMessageIsAPath() {
    assertThat(IoReason.of(new AccessDeniedException("/runs")))
        .isEqualTo("no permission for /runs");
    assertThat(IoReason.of(new FileAlreadyExistsException("/runs")))
        .isEqualTo("/runs is in the way");
    assertThat(IoReason.of(new FileSystemException("/runs", null, "Operation not permitted")))
        .isEqualTo("/runs: Operation not permitted");
    assertThat(IoReason.of(new NotLinkException("/runs"))).isEqualTo("NotLinkException: /runs");
    assertThat(IoReason.of(new NoSuchFileException("a.jpg"))).isEqualTo("there is no file a.jpg");
    assertThat(IoReason.of(new EOFException())).isEqualTo("EOFException");
  }
}
