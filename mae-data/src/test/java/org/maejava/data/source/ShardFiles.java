package org.maejava.data.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.maejava.data.proto.TfBytesList;
import org.maejava.data.proto.TfExample;
import org.maejava.data.proto.TfFeature;
import org.maejava.data.proto.TfFeatures;
import org.maejava.data.proto.TfInt64List;

/** Shards as other programs write them, for tests; checksums bit by bit from their definition. */
public final class ShardFiles {

  private ShardFiles() {}

  /** An example with these features: bytes, text or whole numbers. */
  public static TfExample example(Map<String, Object> features) {
    var all = TfFeatures.newBuilder();
    features.forEach((name, value) -> all.putFeature(name, feature(value)));
    return TfExample.newBuilder().setFeatures(all).build();
  }

  private static TfFeature feature(Object value) {
    if (value instanceof Integer number) {
      return TfFeature.newBuilder().setInt64List(TfInt64List.newBuilder().addValue(number)).build();
    }
    var bytes =
        value instanceof byte[] array
            ? ByteString.copyFrom(array)
            : ByteString.copyFromUtf8((String) value);
    return TfFeature.newBuilder().setBytesList(TfBytesList.newBuilder().addValue(bytes)).build();
  }

  /** A TFRecord file. */
  public static Path tfRecord(Path file, List<TfExample> examples) {
    try {
      Files.createDirectories(file.getParent());
      try (var out = new DataOutputStream(Files.newOutputStream(file))) {
        for (var example : examples) {
          var data = example.toByteArray();
          var length = littleEndian(data.length, 8);
          out.write(length);
          out.write(littleEndian(masked(length), 4));
          out.write(data);
          out.write(littleEndian(masked(data), 4));
        }
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] littleEndian(long value, int size) {
    var bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  /** CRC-32C: the reflected polynomial 0x82f63b78, one bit at a time. */
  private static long masked(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    long value = Integer.toUnsignedLong(~crc);
    return (((value >>> 15) | (value << 17)) + 0xa282ead8L) & 0xffffffffL;
  }

  /** A tar file of these entries, in their order. */
  public static Path tar(Path file, Map<String, byte[]> entries) {
    try {
      Files.createDirectories(file.getParent());
      try (var out = new TarArchiveOutputStream(Files.newOutputStream(file))) {
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        for (var entry : entries.entrySet()) {
          var header = new TarArchiveEntry(entry.getKey());
          header.setSize(entry.getValue().length);
          out.putArchiveEntry(header);
          out.write(entry.getValue());
          out.closeArchiveEntry();
        }
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Entries by name; texts become UTF-8. */
  public static Map<String, byte[]> entries(Object... namesAndContents) {
    var entries = new LinkedHashMap<String, byte[]>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      var content = namesAndContents[i + 1];
      entries.put(
          (String) namesAndContents[i],
          content instanceof byte[] bytes ? bytes : ((String) content).getBytes(UTF_8));
    }
    return entries;
  }
}
