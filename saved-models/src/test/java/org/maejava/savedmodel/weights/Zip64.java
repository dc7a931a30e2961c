package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Writes small zip files all of whose sizes and places are in ZIP64's records, as those of files
 * above 4 GiB must be.
 */
final class Zip64 {

  /** What may be written otherwise than it is; size and header are those of every entry. */
  enum Field {
    COUNT,
    BEGIN,
    LENGTH,
    PLACE,
    SIZE,
    HEADER
  }

  private static final int ELSEWHERE = 0xffffffff;

  @SuppressWarnings("ArrayRecordComponent") // a plain carrier of bytes
  private record Entry(byte[] name, byte[] content, int crc) {}

  private final List<Entry> entries = new ArrayList<>();
  private final Map<Field, Long> lies = new EnumMap<>(Field.class);
  private final ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

  Zip64 add(String name, byte[] content) {
    var crc = new CRC32();
    crc.update(content);
    entries.add(new Entry(name.getBytes(UTF_8), content, (int) crc.getValue()));
    return this;
  }

  Zip64 lie(Field field, long value) {
    lies.put(field, value);
    return this;
  }

  byte[] finish() {
    var headers = new ArrayList<Integer>();
    for (var entry : entries) {
      headers.add(out.position());
      local(entry);
    }
    int begin = out.position();
    for (int i = 0; i < entries.size(); i++) {
      central(entries.get(i), headers.get(i));
    }
    int end = out.position();
    out.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45).putLong(0);
    out.putLong(told(Field.COUNT, entries.size())).putLong(told(Field.COUNT, entries.size()));
    out.putLong(told(Field.LENGTH, end - begin)).putLong(told(Field.BEGIN, begin));
    out.putInt(0x07064b50).putInt(0).putLong(told(Field.PLACE, end)).putInt(1);
    out.putInt(0x06054b50).putInt(0).putInt(ELSEWHERE).putInt(ELSEWHERE).putInt(ELSEWHERE);
    out.putShort((short) 0);
    return Arrays.copyOf(out.array(), out.position());
  }

  private void local(Entry entry) {
    out.putInt(0x04034b50).putShort((short) 45).putInt(0).putInt(0);
    out.putInt(entry.crc).putInt(ELSEWHERE).putInt(ELSEWHERE);
    out.putShort((short) entry.name.length).putShort((short) 20).put(entry.name);
    out.putShort((short) 1).putShort((short) 16);
    out.putLong(entry.content.length).putLong(entry.content.length).put(entry.content);
  }

  private void central(Entry entry, int header) {
    long size = told(Field.SIZE, entry.content.length);
    out.putInt(0x02014b50).putShort((short) 45).putShort((short) 45).putInt(0).putInt(0);
    out.putInt(entry.crc).putInt(ELSEWHERE).putInt(ELSEWHERE);
    out.putShort((short) entry.name.length).putShort((short) 28);
    out.putShort((short) 0).putInt(0).putInt(0).putInt(ELSEWHERE).put(entry.name);
    out.putShort((short) 1).putShort((short) 24);
    out.putLong(size).putLong(size).putLong(told(Field.HEADER, header));
  }

  private long told(Field field, long truth) {
    return lies.getOrDefault(field, truth);
  }
}
