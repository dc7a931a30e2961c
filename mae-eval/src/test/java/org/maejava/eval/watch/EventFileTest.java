package org.maejava.eval.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

@DisplayName("An event file")
class EventFileTest {

  @TempDir private Path folder;

  @Test
  void beginsWithItsFormatAndHoldsEveryValue() throws Exception {
    var clock = Instant.parse("2026-01-05T09:12:03.5Z");
    try (var file = EventFile.begin(folder.resolve("tensorboard"), 40, () -> clock)) {
      file.add(41, value("train/loss", 0.75f));
      file.add(42, value("train/loss", 0.5f));
    }
    var events = read(only(folder.resolve("tensorboard")));
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events).allSatisfy(event -> assertThat(event.getWallTime()).isEqualTo(1767604323.5));
    // A reader drops what an earlier process wrote of these steps.
    assertThat(events.get(1).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    assertThat(events.get(1).getStep()).isEqualTo(41);
    assertThat(events.subList(2, 4)).extracting(Event::getStep).containsExactly(41L, 42L);
    assertThat(events.get(3).getSummary().getValue(0).getSimpleValue()).isEqualTo(0.5f);
  }

  @Test
  void ofARunThatGoesOnInTheSameSecondIsAnother() throws Exception {
    for (int i = 0; i < 2; i++) {
      EventFile.begin(folder, 0, () -> Instant.EPOCH).close();
    }
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void afterAClockWasSetBackIsStillReadLast() throws Exception {
    EventFile.begin(folder, 0, () -> Instant.parse("2026-01-05T09:12:03Z")).close();
    var before = only(folder);
    EventFile.begin(folder, 40, () -> Instant.parse("2020-01-01T00:00:00Z")).close();
    try (var files = Files.list(folder)) {
      assertThat(files.sorted()).hasSize(2).first().isEqualTo(before);
    }
  }

  private static Summary value(String tag, float value) {
    return Summary.newBuilder()
        .addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue(value))
        .build();
  }

  private static Path only(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      var all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(all.get(0).getFileName().toString()).contains("tfevents");
      return all.get(0);
    }
  }

  /** By the format's description, not by the code that wrote it. */
  static List<Event> read(Path file) throws Exception {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    var events = new ArrayList<Event>();
    while (bytes.hasRemaining()) {
      int at = bytes.position();
      int length = (int) bytes.getLong();
      assertThat(bytes.getInt()).isEqualTo(masked(bytes.array(), at, 8));
      var data = new byte[length];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(masked(data, 0, length));
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  private static int masked(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    int value = (int) crc.getValue();
    return ((value >>> 15) | (value << 17)) + 0xa282ead8;
  }
}
