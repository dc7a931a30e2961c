package org.maejava.eval.reliability;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;

/**
 * What the images of a source are, whatever they are called: SHA-256 of their files' bytes, or of
 * pixels that lie in no file of their own.
 *
 * @param byIndex empty of an image that cannot be read
 */
record Contents(List<Optional<HashCode>> byIndex) {

  /** Reads every image; nothing is decoded. */
  static Contents of(Source source) {
    return new Contents(
        IntStream.range(0, source.size()).parallel().mapToObj(i -> of(source.get(i))).toList());
  }

  private static Optional<HashCode> of(Example example) {
    if (example instanceof Example.Raw raw) {
      return Optional.of(raw.image().sha256());
    }
    try {
      return Optional.of(Hashing.sha256().hashBytes(((Example.Encoded) example).read()));
    } catch (UnreadableImageException e) {
      return Optional.empty();
    }
  }

  /** Indices of the images that are among others. */
  int[] alsoIn(Contents others) {
    Set<Optional<HashCode>> there = new HashSet<>(others.byIndex);
    return IntStream.range(0, byIndex.size())
        .filter(i -> byIndex.get(i).isPresent() && there.contains(byIndex.get(i)))
        .toArray();
  }
}
