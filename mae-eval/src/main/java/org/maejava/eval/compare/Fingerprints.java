package org.maejava.eval.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import org.maejava.data.spec.ImageSet;

/** SHA-256, hexadecimal, of what determines answers. */
final class Fingerprints {

  private Fingerprints() {}

  /** Of these words, as they are. */
  static String of(String words) {
    return Hashing.sha256().hashString(words, UTF_8).toString();
  }

  /** Of what is run and the draw that it is run on. */
  static String of(String words, ImageSet images, long seed) {
    return of(
        "%s %s %s %d"
            .formatted(words, images.training().digest(), images.evaluation().digest(), seed));
  }
}
