package org.maejava.data.source;

import com.google.common.io.ByteSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.maejava.data.proto.SourceIndex;
import org.maejava.words.Counted;

/** From an index of shards to a source. */
final class ShardSource {

  private ShardSource() {}

  /** How an example's image is read, given its shard, offset and size. */
  interface Reader {
    ByteSource open(Path shard, long offset, long size);
  }

  /** What was found, as a sentence. */
  static String about(SourceIndex index, String kind, List<Path> shards) {
    return "%s in %s beginning with %s."
        .formatted(
            Counted.of(index.getNamesCount(), "image"),
            Counted.of(shards.size(), kind + " shard"),
            shards.get(0));
  }

  /**
   * A source over what was found in shards.
   *
   * @param known class names by label, or none
   * @param first the number of the first class, where classes are numbers
   */
  static Source of(
      String about,
      List<Path> shards,
      SourceIndex index,
      List<String> known,
      int first,
      Reader reader) {
    var written = new ArrayList<String>();
    for (int label : index.getLabelsList()) {
      if (label >= 0) {
        written.add(index.getClasses(label));
      }
    }
    var classes = ClassNames.of(written, known, first, about);
    var labels = new int[index.getNamesCount()];
    int next = 0;
    for (int i = 0; i < labels.length; i++) {
      labels[i] = index.getLabels(i) < 0 ? Example.UNLABELLED : classes.labels().get(next++);
    }
    var digest = Digests.sha256();
    shards.forEach(shard -> Digests.put(digest, shard.getFileName().toString()));
    index.getNamesList().forEach(name -> Digests.put(digest, name));
    index.getSizesList().forEach(digest::putLong);
    return new Entries(
        about,
        written.isEmpty() ? List.of() : classes.classes(),
        index.getNamesList(),
        labels,
        i ->
            index.containsDamaged(i)
                ? new LostImage(index.getDamagedOrThrow(i))
                : reader.open(
                    shards.get(index.getShards(i)), index.getOffsets(i), index.getSizes(i)),
        digest.hash().toString());
  }
}
