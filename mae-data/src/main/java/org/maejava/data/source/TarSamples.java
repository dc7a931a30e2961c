package org.maejava.data.source;

import com.google.common.io.Files;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * The samples of one tar shard: files of one key. A file that its sample has already begins another
 * sample of that key. An image that shares its sample with another is one that cannot be read,
 * unless such images are usual in the shard: then they are views of one sample, and its first is
 * read.
 */
final class TarSamples implements TarMembers.Found {

  private static final String CLASS = "cls";
  private static final String JSON = "json";
  private static final String TEXT = "txt";
  private static final int LONGEST_TEXT = 1 << 20;
  private static final Set<Byte> PLAIN =
      Set.of(TarArchiveEntry.LF_NORMAL, TarArchiveEntry.LF_OLDNORM, TarArchiveEntry.LF_CONTIG);

  /**
   * A member.
   *
   * @param name its path
   * @param extension all behind the name's first dot, in lower case
   * @param offset of its contents
   * @param size of its contents
   */
  private record Member(String name, String extension, long offset, long size) {

    /** What follows the last dot: WebDataset allows {@code 0001.left.jpg}. */
    String ending() {
      return Files.getFileExtension(extension.isEmpty() ? name : "." + extension);
    }

    boolean isImage() {
      return Listing.EXTENSIONS.contains(ending());
    }

    String folder() {
      return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }
  }

  private final FileChannel file;
  private final String shard;
  private final ShardScan.Found found;
  private final Map<String, Map<String, Member>> latest = new HashMap<>();
  private final List<Map<String, Member>> samples = new ArrayList<>();

  /** By path: what hard links name, as tar packs the second name of a file. */
  private final Map<String, Member> files = new HashMap<>();

  TarSamples(FileChannel file, String shard, ShardScan.Found found) {
    this.file = file;
    this.shard = shard;
    this.found = found;
  }

  void scan() throws IOException {
    TarMembers.walk(file, this);
    var views = views();
    for (var sample : samples) {
      var images = sample.values().stream().filter(Member::isImage).toList();
      if (images.isEmpty()) {
        continue;
      }
      var first = images.get(0);
      found.add(shard + "/" + first.name(), first.offset(), first.size(), written(sample, first));
      for (var other : images.subList(1, images.size())) {
        if (views.getOrDefault(other.extension(), 0) * 2 < samples.size()) {
          found.addDamaged(
              shard + "/" + other.name(),
              other.offset(),
              "it belongs to the sample of %s: WebDataset's key ends at the first dot; give it a name without more dots"
                  .formatted(first.name()));
        }
      }
    }
  }

  /** How many samples have an image of an extension. */
  private Map<String, Integer> views() {
    var counts = new HashMap<String, Integer>();
    for (var sample : samples) {
      sample.values().stream()
          .filter(Member::isImage)
          .forEach(image -> counts.merge(image.extension(), 1, Integer::sum));
    }
    counts.values().removeIf(count -> count < 2);
    return counts;
  }

  @Override
  public void member(TarArchiveEntry entry, long offset) {
    var name = entry.getName();
    var target = entry.isLink() ? files.get(entry.getLinkName()) : null;
    if (target != null) {
      add(name, target.offset(), target.size());
    } else if (isPlain(entry)) {
      add(name, offset, entry.getSize());
    } else if (!entry.isDirectory() && Listing.isImage(name)) {
      found.addDamaged(shard + "/" + name, offset, reason(entry));
    }
  }

  /** Whether its contents lie in the archive as they are. */
  private static boolean isPlain(TarArchiveEntry entry) {
    return PLAIN.contains(entry.getLinkFlag()) && !entry.isSparse() && !entry.isDirectory();
  }

  private static String reason(TarArchiveEntry entry) {
    if (entry.isSymbolicLink() || entry.isLink()) {
      return "the archive has a link to %s instead of it; pack with tar's --dereference --hard-dereference"
          .formatted(entry.getLinkName());
    }
    return entry.isSparse()
        ? "it is a sparse member, of which the archive has pieces; pack without tar's --sparse"
        : "it is a member of type %c, no file".formatted(entry.getLinkFlag());
  }

  private void add(String name, long offset, long size) {
    int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
    var key = dot < 0 ? name : name.substring(0, dot);
    var extension = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    var sample = latest.get(key);
    if (sample == null || sample.containsKey(extension)) {
      sample = new LinkedHashMap<>();
      latest.put(key, sample);
      samples.add(sample);
    }
    var member = new Member(name, extension, offset, size);
    sample.put(extension, member);
    files.put(name, member);
  }

  @Override
  public void lost(long offset, long bytes, String reason) {
    found.addLost(shard + "@" + offset, offset, bytes, reason);
  }

  private WrittenClass written(Map<String, Member> sample, Member image) throws IOException {
    var explicit = "";
    var caption = "";
    for (var member : sample.values()) {
      switch (member.ending()) {
        case CLASS -> explicit = text(member).strip();
        case JSON -> explicit = explicit.isEmpty() ? label(text(member)) : explicit;
        case TEXT -> caption = text(member).strip();
        default -> {}
      }
    }
    return new WrittenClass(explicit.equals("-1") ? "" : explicit, caption, image.folder());
  }

  private static String label(String json) {
    try {
      return JsonParser.parseString(json) instanceof JsonObject object
              && object.has("label")
              && object.get("label").isJsonPrimitive()
          ? object.get("label").getAsString()
          : "";
    } catch (JsonParseException e) {
      return "";
    }
  }

  private String text(Member member) throws IOException {
    var text = ByteBuffer.allocate((int) Math.min(LONGEST_TEXT, member.size()));
    while (text.hasRemaining() && file.read(text, member.offset() + text.position()) >= 0) {
      // On to the next piece.
    }
    return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
  }
}
