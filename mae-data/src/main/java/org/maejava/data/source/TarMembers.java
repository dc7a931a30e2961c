package org.maejava.data.source;

import com.google.common.base.Strings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The members of a tar file (POSIX ustar and pax, GNU), found header by header so that a damaged
 * one loses itself only: behind it, the next block whose checksum is right is looked for. An
 * archive that was appended to another goes on behind the first one's end. Contents have no
 * checksum in a tar.
 */
final class TarMembers {

  private static final int BLOCK = 512;

  /** What most programs fill an archive up to. */
  private static final int RECORD = 20 * BLOCK;

  /** Headers that describe the member behind them: pax, pax for all, long name, long link. */
  private static final String EXTENSIONS = "xgLK";

  private static final int TYPE_AT = 156;

  /** What is found. */
  interface Found {

    /**
     * A member.
     *
     * @param entry its header
     * @param offset of its contents in the file
     */
    void member(TarArchiveEntry entry, long offset) throws IOException;

    /** Bytes in which there is or was something that cannot be told any more. */
    void lost(long offset, long bytes, String reason);
  }

  private final FileChannel file;
  private final long end;
  private final Found found;

  private TarMembers(FileChannel file, Found found) throws IOException {
    this.file = file;
    this.found = found;
    end = file.size();
  }

  /** Goes through an archive. */
  static void walk(FileChannel file, Found found) throws IOException {
    new TarMembers(file, found).walk();
  }

  private void walk() throws IOException {
    long at = 0;
    long archive = 0;
    while (at < end) {
      if (end - at < BLOCK) {
        found.lost(at, end - at, "the archive is cut off within a header");
        return;
      }
      if (!isZero(block(at))) {
        at = member(at);
        continue;
      }
      long next = nextUsed(at);
      if (next >= end) {
        return;
      }
      if (isHeader(next) && endsAnArchive(next - at, next - archive)) {
        archive = next;
      } else {
        long header = nextHeader(next);
        found.lost(at, header - at, "zeros stand where a header should");
        next = header;
      }
      at = next;
    }
    if (end > 0) {
      found.lost(end, 0, "the archive has no end: it may have been cut off between two files");
    }
  }

  /** Two blocks of zeros end an archive, or as many as fill a record. */
  private static boolean endsAnArchive(long zeros, long archive) {
    return zeros == 2 * BLOCK || (zeros > 2 * BLOCK && archive % RECORD == 0);
  }

  /** The member whose headers begin here; where to go on. */
  private long member(long at) throws IOException {
    long header = at;
    while (isHeader(header) && isExtension(block(header))) {
      header += BLOCK + padded(size(block(header)));
    }
    if (!isHeader(header)) {
      return skip(at, Math.min(end, header + BLOCK), "a header is damaged");
    }
    try {
      file.position(at);
      var stream =
          new TarArchiveInputStream(Channels.newInputStream(file), StandardCharsets.UTF_8.name());
      var entry = stream.getNextEntry();
      if (entry == null) {
        return skip(at, at + BLOCK, "a header is damaged");
      }
      long offset = at + stream.getBytesRead();
      if (entry.getSize() > end - offset) {
        return skip(
            at,
            at + BLOCK,
            Strings.lenientFormat(
                "%s claims %s bytes, more than the archive has", entry.getName(), entry.getSize()));
      }
      found.member(entry, offset);
      return offset + padded(entry.getSize());
    } catch (IllegalArgumentException | IOException e) {
      return skip(at, at + BLOCK, "a header is damaged: " + e.getMessage());
    }
  }

  private long skip(long at, long from, String reason) throws IOException {
    long next = nextHeader(from);
    found.lost(at, next - at, reason);
    return next;
  }

  private long nextHeader(long from) throws IOException {
    long at = from;
    while (at < end && !isHeader(at)) {
      at += BLOCK;
    }
    return Math.min(at, end);
  }

  private long nextUsed(long from) throws IOException {
    long at = from;
    while (at + BLOCK <= end && isZero(block(at))) {
      at += BLOCK;
    }
    return at + BLOCK <= end || (at < end && !isZero(rest(at))) ? at : end;
  }

  private boolean isHeader(long at) throws IOException {
    if (at < 0 || end - at < BLOCK || isZero(block(at))) {
      return false;
    }
    try {
      return TarUtils.verifyCheckSum(block(at));
    } catch (IllegalArgumentException e) {
      return false; // its checksum is no number
    }
  }

  private static boolean isExtension(byte[] header) {
    return EXTENSIONS.indexOf(header[TYPE_AT]) >= 0;
  }

  /** Of an extension's contents; of an impossible one, none. */
  private static long size(byte[] header) {
    try {
      long size = TarUtils.parseOctalOrBinary(header, 124, 12);
      return size < 0 || size > Integer.MAX_VALUE ? 0 : size;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static long padded(long size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  private byte[] block(long at) throws IOException {
    return read(at, BLOCK);
  }

  private byte[] rest(long at) throws IOException {
    return read(at, (int) (end - at));
  }

  private byte[] read(long at, int size) throws IOException {
    var block = ByteBuffer.allocate(size);
    while (block.hasRemaining() && file.read(block, at + block.position()) >= 0) {
      // A file that shrinks meanwhile reads as zeros.
    }
    return block.array();
  }
}
