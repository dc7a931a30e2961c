package org.maejava.eval.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;
import org.maejava.eval.proto.FeatureRows;
import org.maejava.storage.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Features on a disk, a folder for each model, view and source, in files that are there whole or
 * not at all. What killed, stopped and other programs computed is found again; who deletes them has
 * them computed again.
 */
final class FeatureFiles {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureFiles.class);
  private static final String ENDING = ".rows";

  /** Images whose bytes tell sources apart that have the same names and sizes. */
  private static final int LOOKED_AT = 64;

  private static final int BYTES_LOOKED_AT = 1 << 16;

  private final Path folder;

  /** Looked at once. */
  private final IdentityHashMap<Source, String> samples = new IdentityHashMap<>();

  /**
   * The files of a folder.
   *
   * @param folder that holds them; it need not be there
   */
  FeatureFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Everything that is there.
   *
   * @param key of model and view
   * @param source that is no view of another
   */
  List<FeatureRows> read(String key, Source source) throws IOException {
    var of = of(key, source);
    if (!Files.isDirectory(of)) {
      return List.of();
    }
    var found = new ArrayList<FeatureRows>();
    try (var files = Files.list(of)) {
      for (var file : files.filter(path -> path.toString().endsWith(ENDING)).sorted().toList()) {
        read(file).ifPresent(found::add);
      }
    }
    return found;
  }

  /** Empty if it is damaged: it is then computed again. */
  private static Optional<FeatureRows> read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var rows = FeatureRows.parseFrom(in);
      if (digest(rows).equals(rows.getDigest())) {
        return Optional.of(rows);
      }
      LOG.warn("{} is damaged: its features are computed again", file);
    } catch (InvalidProtocolBufferException e) {
      LOG.warn("{} is damaged: its features are computed again: {}", file, e.getMessage());
    }
    return Optional.empty();
  }

  /** Adds a file. */
  void write(String key, Source source, FeatureRows rows) throws IOException {
    var whole = rows.toBuilder().setDigest(digest(rows)).build();
    var places = whole.getPlacesList() + " " + whole.getUnreadablePlacesList();
    WholeFile.write(of(key, source).resolve(hash(places) + ENDING), whole.toByteArray());
  }

  private Path of(String key, Source source) {
    var sample = samples.computeIfAbsent(source, FeatureFiles::sample);
    return folder.resolve(hash(key + " " + source.digest() + " " + sample));
  }

  /** A digest of some images' first bytes, spread over the source. */
  private static String sample(Source source) {
    var hasher = Hashing.sha256().newHasher();
    int images = Math.min(LOOKED_AT, source.size());
    for (int i = 0; i < images; i++) {
      if (source.get((int) ((long) source.size() * i / images)) instanceof Example.Encoded image) {
        try {
          hasher.putBytes(image.bytes().slice(0, BYTES_LOOKED_AT).read());
        } catch (IOException e) {
          // It has no features, and the same reason wherever it is asked for them.
          hasher.putInt(i);
        }
      }
    }
    return hasher.hash().toString();
  }

  private static String hash(String words) {
    return Hashing.sha256().hashString(words, UTF_8).toString().substring(0, 16);
  }

  private static String digest(FeatureRows rows) {
    return Hashing.sha256().hashBytes(rows.getValues().asReadOnlyByteBuffer()).toString();
  }
}
