package org.maejava.data.source;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * The framing of TFRecord files: length, its checksum, data, its checksum, all little-endian.
 * Checksums are CRC-32C, rotated and shifted ("masked").
 */
public final class TfRecordFile {

  /** Length and its checksum. */
  static final int HEADER = Long.BYTES + Integer.BYTES;

  /** The data's checksum. */
  static final int FOOTER = Integer.BYTES;

  /** Bytes that are searched at a time. */
  private static final int WINDOW = 1 << 20;

  private static final int MASK_DELTA = 0xa282ead8;

  private TfRecordFile() {}

  /** The checksum as it is written. */
  static int maskedChecksum(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    int value = (int) crc.getValue();
    return (value >>> 15 | value << 17) + MASK_DELTA;
  }

  /** Data as a record. */
  public static byte[] framed(byte[] data) {
    var record = ByteBuffer.allocate(HEADER + data.length + FOOTER).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedChecksum(record.slice(0, Long.BYTES)));
    record.put(data);
    record.putInt(maskedChecksum(ByteBuffer.wrap(data)));
    return record.array();
  }

  /** Whether a file's first bytes are a length with its checksum. */
  static boolean beginsRecord(ByteBuffer start) {
    return start.getInt(Long.BYTES) == maskedChecksum(start.slice(0, Long.BYTES));
  }

  /**
   * The length of the record at an offset.
   *
   * @throws IOException if the checksum is wrong or the file ends: nothing behind can be found
   */
  static long length(FileChannel file, long offset) throws IOException {
    var header = read(file, offset, HEADER);
    int expected = maskedChecksum(header.slice(0, Long.BYTES));
    long length = header.getLong();
    if (header.getInt() != expected) {
      throw new IOException("the length's checksum is wrong");
    }
    if (length < 0 || length > file.size() - offset - HEADER - FOOTER) {
      throw new EOFException("it claims %,d bytes, more than the file has".formatted(length));
    }
    return length;
  }

  /**
   * The first offset from one on at which a length with a right checksum stands, or the end of the
   * file: where to go on behind a record whose length is damaged.
   */
  static long next(FileChannel file, long from) throws IOException {
    long size = file.size();
    for (long at = from; at + HEADER + FOOTER <= size; at += WINDOW - HEADER + 1) {
      var window = read(file, at, (int) Math.min(WINDOW, size - at));
      for (int i = 0; i + HEADER <= window.limit(); i++) {
        long length = window.getLong(i);
        boolean fits = length >= 0 && length <= size - at - i - HEADER - FOOTER;
        if (fits && window.getInt(i + Long.BYTES) == maskedChecksum(window.slice(i, Long.BYTES))) {
          return at + i;
        }
      }
    }
    return size;
  }

  /**
   * The data of the record at an offset.
   *
   * @throws IOException if the checksum is wrong
   */
  static ByteBuffer data(FileChannel file, long offset, long length) throws IOException {
    if (length > Example.Encoded.MAX_BYTES) {
      throw new IOException(
          "a record of %,d bytes; at most %,d are read"
              .formatted(length, Example.Encoded.MAX_BYTES));
    }
    var whole = read(file, offset + HEADER, (int) length + FOOTER);
    var data = whole.slice(0, (int) length);
    if (whole.getInt((int) length) != maskedChecksum(data.duplicate())) {
      throw new IOException("the data's checksum is wrong");
    }
    return data;
  }

  private static ByteBuffer read(FileChannel file, long at, int size) throws IOException {
    var buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException("the file ends within it");
      }
    }
    return buffer.flip();
  }
}
