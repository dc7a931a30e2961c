package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the entries of a zip file lie, ZIP64 included.
 *
 * <p>Own code because {@code java.util.zip} does not tell where an entry's bytes begin, and neither
 * it nor others refuse entries that share bytes. The central directory alone decides; the entries'
 * own headers must agree with it.
 */
final class ZipIndex {

  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR64_BYTES = 20;
  private static final int MAX_COMMENT = 0xffff;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL_BYTES = 30;
  private static final int ENCRYPTED = 1;

  /** ViT-H with its optimizer has 1,500 storages, in 150 KB. */
  private static final long MAX_DIRECTORY = 16 << 20;

  /**
   * One entry.
   *
   * @param begin its first byte in the file
   * @param length in bytes, as they lie there
   * @param crc of what it holds; 0 if it was not recorded
   * @param method of its compression; 0: none
   */
  record Entry(String name, long header, long begin, long length, int crc, int method) {
    /**
     * Accepts an entry whose bytes are what it holds.
     *
     * @throws IOException if it is compressed
     */
    Entry requireStored() throws IOException {
      if (method != 0) {
        throw new IOException(
            "%s is compressed (method %d); PyTorch stores weights as they are"
                .formatted(quoted(name), method));
      }
      return this;
    }

    long end() {
      return begin + length;
    }
  }

  private record Directory(long begin, long length, long count) {}

  private final FileChannel channel;
  private final long size;

  private ZipIndex(FileChannel channel, long size) {
    this.channel = channel;
    this.size = size;
  }

  /**
   * All entries by name.
   *
   * @throws IOException saying what is damaged or dishonest
   */
  static Map<String, Entry> read(FileChannel channel) throws IOException {
    try {
      return new ZipIndex(channel, channel.size()).entries();
    } catch (BufferUnderflowException | ArithmeticException e) {
      throw new IOException("its directory of entries is cut off", e);
    }
  }

  private Map<String, Entry> entries() throws IOException {
    var directory = directory();
    if (directory.begin() < 0
        || directory.length() < 0
        || directory.length() > MAX_DIRECTORY
        || Math.addExact(directory.begin(), directory.length()) > size) {
      throw new IOException(
          "its directory claims %s bytes at %s, of %d in the file and %d at most"
              .formatted(
                  unsigned(directory.length()), unsigned(directory.begin()), size, MAX_DIRECTORY));
    }
    long most = directory.length() / CENTRAL_BYTES;
    if (directory.count() < 0 || directory.count() > most) {
      throw new IOException(
          "its directory claims %s entries in %d bytes, which hold %d at most"
              .formatted(unsigned(directory.count()), directory.length(), most));
    }
    var bytes = bytes(directory.begin(), (int) directory.length());
    var entries = new LinkedHashMap<String, Entry>();
    for (long i = 0; i < directory.count(); i++) {
      var entry = central(bytes, directory.begin());
      if (entries.put(entry.name(), entry) != null) {
        throw new IOException("it has %s twice".formatted(quoted(entry.name())));
      }
    }
    if (bytes.hasRemaining()) {
      throw new IOException(
          "its directory has more than the %d entries that it claims".formatted(directory.count()));
    }
    checkNoOverlap(entries);
    return entries;
  }

  private Directory directory() throws IOException {
    if (size < END_BYTES) {
      throw new IOException("it has %d bytes and so no directory of entries".formatted(size));
    }
    int length = (int) Math.min(size, END_BYTES + MAX_COMMENT);
    var tail = bytes(size - length, length);
    for (int at = length - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END && (tail.getShort(at + 20) & 0xffff) == length - END_BYTES - at) {
        return directory(tail.position(at), size - length + at);
      }
    }
    throw new IOException("its end is missing: it is cut off, or no zip file");
  }

  private Directory directory(ByteBuffer end, long at) throws IOException {
    int start = end.position();
    long count = end.getShort(start + 10) & 0xffff;
    long length = end.getInt(start + 12) & 0xffffffffL;
    long begin = end.getInt(start + 16) & 0xffffffffL;
    if (at >= LOCATOR64_BYTES) {
      var locator = bytes(at - LOCATOR64_BYTES, LOCATOR64_BYTES);
      if (locator.getInt(0) == LOCATOR64) {
        long where = locator.getLong(8);
        if (where < 0 || where > at - 56) {
          throw new IOException(
              "its ZIP64 directory claims to begin at %s".formatted(unsigned(where)));
        }
        var end64 = bytes(where, 56);
        if (end64.getInt(0) != END64) {
          throw new IOException("its ZIP64 directory is not where it claims to be");
        }
        return new Directory(end64.getLong(48), end64.getLong(40), end64.getLong(32));
      }
    }
    return new Directory(begin, length, count);
  }

  private Entry central(ByteBuffer in, long dataEnd) throws IOException {
    int start = in.position();
    if (in.remaining() < CENTRAL_BYTES || in.getInt(start) != CENTRAL) {
      throw new IOException("its directory has no entry at byte %d".formatted(start));
    }
    int flags = in.getShort(start + 8);
    int method = in.getShort(start + 10) & 0xffff;
    int crc = in.getInt(start + 16);
    long packed = in.getInt(start + 20) & 0xffffffffL;
    long length = in.getInt(start + 24) & 0xffffffffL;
    int nameLength = in.getShort(start + 28) & 0xffff;
    int extraLength = in.getShort(start + 30) & 0xffff;
    int commentLength = in.getShort(start + 32) & 0xffff;
    long header = in.getInt(start + 42) & 0xffffffffL;
    in.position(start + CENTRAL_BYTES);
    var rawName = slice(in, nameLength);
    var name = UTF_8.decode(rawName.duplicate()).toString();
    var extra = slice(in, extraLength);
    slice(in, commentLength);
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      var field = slice(extra, extra.getShort() & 0xffff);
      if (id == 1) {
        length = length == 0xffffffffL ? field.getLong() : length;
        packed = packed == 0xffffffffL ? field.getLong() : packed;
        header = header == 0xffffffffL ? field.getLong() : header;
      }
    }
    checkName(name);
    if ((flags & ENCRYPTED) != 0) {
      throw new IOException("%s is encrypted".formatted(quoted(name)));
    }
    if (method == 0 && packed != length) {
      throw new IOException(
          "%s has %s bytes but stores %s"
              .formatted(quoted(name), unsigned(length), unsigned(packed)));
    }
    return placed(name, rawName, header, packed, crc, method, dataEnd);
  }

  private Entry placed(
      String name, ByteBuffer rawName, long header, long length, int crc, int method, long dataEnd)
      throws IOException {
    if (header < 0 || header > dataEnd - LOCAL_BYTES || length < 0) {
      throw outside(name, header, length);
    }
    var local = bytes(header, LOCAL_BYTES);
    int nameLength = local.getShort(26) & 0xffff;
    int extraLength = local.getShort(28) & 0xffff;
    long begin = header + LOCAL_BYTES + nameLength + extraLength;
    if (begin > dataEnd || length > dataEnd - begin) {
      throw outside(name, begin, length);
    }
    if (local.getInt(0) != LOCAL || !bytes(header + LOCAL_BYTES, nameLength).equals(rawName)) {
      throw new IOException(
          "%s is not at byte %d, where the directory says".formatted(quoted(name), header));
    }
    if ((local.getShort(8) & 0xffff) != method
        || (local.getShort(6) & ENCRYPTED) != 0
        || !isLocal(local.getInt(18) & 0xffffffffL, length)) {
      throw new IOException(
          "%s is another one in its own header than in the directory".formatted(quoted(name)));
    }
    return new Entry(name, header, begin, length, crc, method);
  }

  /** Zero if the size was not known when the header was written, all ones in ZIP64. */
  private static boolean isLocal(long claimed, long length) {
    return claimed == length || claimed == 0 || claimed == 0xffffffffL;
  }

  private IOException outside(String name, long begin, long length) {
    return new IOException(
        "%s claims %s bytes at %s, beyond the data of a file of %d"
            .formatted(quoted(name), unsigned(length), unsigned(begin), size));
  }

  /** As the format means its 64 bits. */
  private static String unsigned(long number) {
    return Long.toUnsignedString(number);
  }

  /** Nothing is unpacked; a file with such names is none that PyTorch wrote. */
  private static void checkName(String name) throws IOException {
    if (name.startsWith("/")
        || name.contains("\\")
        || name.contains("\0")
        || ("/" + name + "/").contains("/../")
        || name.isEmpty()) {
      throw new IOException("it has an entry with the path %s".formatted(quoted(name)));
    }
  }

  private static void checkNoOverlap(Map<String, Entry> entries) throws IOException {
    var sorted = entries.values().stream().sorted(Comparator.comparingLong(Entry::header)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).header() < sorted.get(i - 1).end()) {
        throw new IOException(
            "%s and %s share bytes"
                .formatted(quoted(sorted.get(i - 1).name()), quoted(sorted.get(i).name())));
      }
    }
  }

  private static String quoted(String name) {
    return "entry " + PickleGlobals.quoted(name);
  }

  private static ByteBuffer slice(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    var slice = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return slice;
  }

  private ByteBuffer bytes(long at, int length) throws IOException {
    var buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException("it ends at byte %d".formatted(at + buffer.position()));
      }
    }
    return buffer.flip();
  }
}
