package org.maejava.record;

import com.google.common.hash.Hashing;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Messages as JSON that says which format it has and whether it is still as it was written, in
 * their fields {@code format} and {@code checksum}. A reader sees neither of them.
 *
 * <p>Files of release 0.1 have no format; they are read as they stand. Of a newer release's file,
 * what this one knows can be read, see {@link Newer}.
 */
public final class SealedJson {

  /** Of the files that this release writes. */
  public static final int FORMAT = 1;

  private static final String FIELD = "checksum";
  private static final String NOTHING = "0".repeat(64);
  private static final Pattern CHECKSUM =
      Pattern.compile("\"" + FIELD + "\"\\s*:\\s*\"([0-9a-f]{64})\"");

  /** What becomes of files that a newer release wrote. */
  public enum Newer {
    /** What this release knows of them is read. */
    READ,
    /** They are refused: what is not known might change what the rest means. */
    REFUSED
  }

  private SealedJson() {}

  /**
   * A message as a file holds it.
   *
   * @param message with the fields {@code format} and {@code checksum}
   */
  public static String text(Message message) throws IOException {
    var sealed = message.toBuilder();
    sealed.setField(field(sealed, "format"), FORMAT).setField(field(sealed, FIELD), NOTHING);
    var text = JsonFormat.printer().preservingProtoFieldNames().print(sealed) + "\n";
    return withChecksum(text, checksum(text));
  }

  /**
   * Reads what {@link #text} gave, or a release before.
   *
   * @param into an empty message, which is filled
   * @throws NewerFormatException if a newer release's file is refused
   * @throws IOException if it is no such message, or was changed since it was written
   */
  public static <B extends Message.Builder> B read(String text, B into, Newer newer)
      throws IOException {
    int format = format(text, into);
    if (format > FORMAT && newer == Newer.REFUSED) {
      throw new NewerFormatException(format);
    }
    if (format > FORMAT) {
      JsonFormat.parser().ignoringUnknownFields().merge(text, into);
    } else {
      JsonFormat.parser().merge(text, into);
    }
    if (format > 0) {
      requireUnchanged(text);
    }
    into.clearField(field(into, "format")).clearField(field(into, FIELD));
    return into;
  }

  private static int format(String text, Message.Builder like) throws IOException {
    var whole = like.getDefaultInstanceForType().newBuilderForType();
    JsonFormat.parser().ignoringUnknownFields().merge(text, whole);
    return (Integer) whole.getField(field(whole, "format"));
  }

  private static void requireUnchanged(String text) throws IOException {
    var found = CHECKSUM.matcher(text);
    if (!found.find() || !found.group(1).equals(checksum(text))) {
      throw new InvalidProtocolBufferException(
          "it is not as it was written: its checksum is another one; what is changed on purpose goes without the fields format and checksum");
    }
  }

  private static String checksum(String text) {
    return Hashing.sha256()
        .hashString(withChecksum(text, NOTHING), StandardCharsets.UTF_8)
        .toString();
  }

  private static String withChecksum(String text, String checksum) {
    return CHECKSUM.matcher(text).replaceFirst("\"" + FIELD + "\": \"" + checksum + "\"");
  }

  private static FieldDescriptor field(Message.Builder message, String name) {
    return Objects.requireNonNull(message.getDescriptorForType().findFieldByName(name), name);
  }
}
