package org.maejava.data.source;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/** SHA-256 of descriptions. */
final class Digests {

  private Digests() {}

  static Hasher sha256() {
    return Hashing.sha256().newHasher();
  }

  /** Ends the text with a byte that is in no name, so that "a", "bc" differs from "ab", "c". */
  static void put(Hasher hasher, String text) {
    hasher.putString(text, StandardCharsets.UTF_8).putByte((byte) 0);
  }
}
