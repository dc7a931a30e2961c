package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes zip files as {@code torch.save} does: entries stored as they are. */
final class PytorchZip {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ZipOutputStream zip = new ZipOutputStream(bytes);

  /** A whole file: a pickle, and one storage {@code 0}. */
  static byte[] of(byte[] pickle, byte[] storage) throws IOException {
    return new PytorchZip()
        .stored("a/data.pkl", pickle)
        .stored("a/byteorder", "little".getBytes(UTF_8))
        .stored("a/data/0", storage)
        .stored("a/version", "3\n".getBytes(UTF_8))
        .finish();
  }

  PytorchZip stored(String name, byte[] content) throws IOException {
    var entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    var crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    return this;
  }

  PytorchZip packed(String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    return this;
  }

  byte[] finish() throws IOException {
    zip.close();
    return bytes.toByteArray();
  }
}
